"""redis-py's client, with a shorter way for the scripts: every frame takes it several times."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from redis import ConnectionPool, Redis
from redis.commands.core import Script
from redis.exceptions import NoScriptError, ResponseError

Connection: TypeAlias = Any
"""redis-py's, whose methods have no types."""


class Client(Redis):
    """Calls scripts on connections that it keeps for them.

    For each command redis-py takes a connection out of its pool, looks whether it went stale, and tells an
    observer of every step: a quarter of what it costs capture to pass a frame on. Here the command itself
    finds a connection stale, and is then repeated on a new one, as it is there: scripts bear that.

    Args:
        url: the broker's.
        options: of a connection, or of a pool of them.

    Raises:
        ValueError: the URL is none that redis-py reads.
    """

    def __init__(self, url: str, **options: object) -> None:
        super().__init__(connection_pool=ConnectionPool.from_url(url, **options))
        # A pool of their own, for what is kept is not there for other commands.
        self._of_scripts = ConnectionPool.from_url(url, **options)
        self._kept: list[Connection] = []

    def register_script(self, script: Any) -> "KeptScript":  # noqa: ANN401  as redis-py has it
        """Return a script; it is loaded when the broker does not know it."""
        return KeptScript(self, script)

    def ask(self, *command: Any) -> Any:  # noqa: ANN401  as redis-py has them
        """Run a command on a kept connection; return its reply as it came."""
        connection = self._connection()
        try:
            return connection.retry.call_with_retry(lambda: _reply(connection, command), lambda _: None)
        finally:
            if connection.should_reconnect():  # The broker moves, and said so.
                connection.disconnect()
            self._kept.append(connection)

    def close(self) -> None:
        """Close every connection."""
        self.connection_pool.disconnect()
        self._of_scripts.disconnect()

    def _connection(self) -> Connection:
        try:
            while (connection := self._kept.pop()).pid != os.getpid():
                pass  # The process that this one is a fork of uses it.
        except IndexError:
            return self._of_scripts.get_connection()
        return connection


class KeptScript(Script):
    """A script that is called on a kept connection.

    Args:
        client: whose.
        text: its text.
    """

    def __init__(self, client: Client, text: str) -> None:
        super().__init__(client, text)
        self._client = client

    def __call__(
        self,
        keys: Sequence[Any] | None = None,
        args: Iterable[Any] | None = None,
        client: Any = None,  # noqa: ANN401  as redis-py has it
    ) -> Any:  # noqa: ANN401  as redis-py has it
        """Run it; return its reply."""
        if client is not None:
            return super().__call__(keys, args, client)
        about = (len(keys or ()), *(keys or ()), *(args or ()))
        try:
            return self._client.ask("EVALSHA", self.sha, *about)
        except NoScriptError:
            self.sha = self._client.script_load(self.script)
            return self._client.ask("EVALSHA", self.sha, *about)


def _reply(connection: Connection, command: tuple[Any, ...]) -> Any:  # noqa: ANN401  as redis-py has it
    is_whole = False
    try:
        connection.send_command(*command)
        reply = connection.read_response()
        is_whole = True
    except ResponseError:
        is_whole = True
        raise
    finally:
        if not is_whole:  # Else the next command would take this one's reply for its own.
            connection.disconnect()
    return reply
