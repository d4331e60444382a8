"""The connection to the broker: errors with names, and one place that waits until it is back."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import cast

import redis
from redis import exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared.client import Client
from shared.cluster import ClusterClient, node_url
from shared.errors import BrokerError, BrokerErrorReply, BrokerRefused, BrokerUnreachable, SettingsError
from shared.health import Health
from shared.logs import Seldom

log = logging.getLogger(__name__)
seldom = Seldom(log)

CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 5.0
"""How long a command may take; blocking reads must ask for less."""

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 1.0
"""Between two tries to reach a broker that is away: short, because everything else waits for it."""

REFUSALS = (
    exceptions.AuthenticationError,
    exceptions.AuthorizationError,
    exceptions.NoPermissionError,
)

REFUSING_WORDS = (
    # Without a password where one is demanded, redis-py raises a plain ResponseError.
    "NOAUTH",
    "WRONGPASS",
    "NOPERM",
    # What a script lacks the right for, since Redis 7.2 and before.
    "ACL failure in script",
    "The user executing the script can't",
)
"""How a broker's refusals begin."""

FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
"""Options of the URL that name a file."""


def masked(url: str) -> str:
    """Return `url` without its password and its query, fit for a log."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "***"
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    if rest.count("@") != place.count("@"):
        # An '@' behind '?' or '#': nobody can tell the password from the query.
        return f"{scheme}://***"
    return f"{scheme}://{place.rpartition('@')[2]}"


class BrokerErrors(AbstractContextManager[None]):
    """Turns redis-py's errors into Mien's; a class, for every command of every frame goes through it.

    Args:
        address: the broker's, without secrets, for the errors' lines.

    Raises:
        BrokerRefused: the password or the rights are wrong.
        BrokerUnreachable: no connection, or no answer in time.
        BrokerErrorReply: the broker answered with any other error.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        """Raise Mien's error for redis-py's."""
        if isinstance(error, (exceptions.RedisError, exceptions.RedisClusterException)):
            raise _named(self._address, error) from error


def _named(address: str, error: exceptions.RedisError | exceptions.RedisClusterException) -> BrokerError:
    if isinstance(error, exceptions.RedisClusterException):
        return _cluster_error(address, error)
    if isinstance(error, REFUSALS):
        return BrokerRefused(f"broker {address} refuses: {error}")
    if isinstance(error, exceptions.ConnectionError):
        return BrokerUnreachable(f"broker {address} cannot be reached: {error}")
    if isinstance(error, exceptions.TimeoutError):
        return BrokerUnreachable(f"broker {address} does not answer: {error}")
    if str(error).startswith(REFUSING_WORDS):
        return BrokerRefused(f"broker {address} refuses: {error}")
    return BrokerErrorReply(f"broker {address} answers with an error: {error}")


def _cluster_error(address: str, error: exceptions.RedisClusterException) -> BrokerError:
    cause = error.__cause__
    if isinstance(cause, exceptions.RedisClusterException):
        # The node's own words: redis-py takes any error at the question for the nodes for this one.
        cause = cause.__context__ or cause
    if isinstance(cause, (*REFUSALS, exceptions.ResponseError)):
        return BrokerRefused(f"broker {address} refuses: {cause}")
    if type(error) is exceptions.RedisClusterException:
        return BrokerUnreachable(f"broker {address} cannot be reached: {cause or error}")
    return BrokerErrorReply(f"broker {address} answers with an error: {error}")


class Broker:
    """A broker, by its URL. Connections are opened when they are needed.

    `redis://` and `rediss://` (TLS) name one server, `unix://` its socket; `redis+cluster://HOST:PORT` and
    `rediss+cluster://HOST:PORT` name any node of a Redis Cluster, whose other nodes are found through it.

    Attributes:
        redis: the client; use it inside `errors()`. A cluster's has the same commands.
        address: the URL without secrets.

    Raises:
        SettingsError: the URL is none that redis-py reads.
    """

    def __init__(self, url: str, *, password: str | None = None, name: str = "mien") -> None:
        self.address = masked(url)
        options: dict[str, object] = {
            "client_name": name,
            "socket_connect_timeout": CONNECT_TIMEOUT_S,
            "socket_timeout": ANSWER_TIMEOUT_S,
            # One repeat covers a connection that went stale; waiting is done below.
            "retry": Retry(NoBackoff(), 1),
        }
        if password is not None:
            options["password"] = password
        if not url.startswith("unix:"):
            options["socket_keepalive"] = True
        try:
            self.redis = _client(url, options)
        except ValueError as error:
            # Without redis-py's words: they repeat a password that was cut at a '/' or '#'.
            raise SettingsError(
                f"MIEN_REDIS_URL {self.address!r} is not a Redis URL: redis://, rediss://, unix:// or "
                "redis+cluster://, special characters of a password as %XX"
            ) from error

    def errors(self) -> BrokerErrors:
        """Turn redis-py's errors into Mien's."""
        return BrokerErrors(self.address)

    def ping(self) -> None:
        """Ask the broker for a sign of life.

        Raises:
            BrokerError: it gives none.
        """
        with self.errors():
            self.redis.ping()

    def run_id(self) -> str:
        """Return the broker's run id: another one is another life, with counters that begin at zero."""
        with self.errors():
            return str(self.redis.info("server")["run_id"])

    def wait(self, stop: Event, health: Health | None = None, after: BrokerError | None = None) -> bool:
        """Wait until the broker answers, or `stop` is set; return whether it answers.

        Says once that it is away and once that it is back; meanwhile the service is alive and not ready.
        Where it answers at once, `after`, the error that led here, is said: nothing else would tell of it.

        Raises:
            BrokerRefused: it answers and refuses.
        """
        pause = FIRST_WAIT_S
        while not stop.is_set():
            try:
                self.ping()
            except BrokerRefused:
                raise
            except BrokerError as error:
                if pause == FIRST_WAIT_S:
                    log.warning("%s; trying again until it answers", error)
                if health is not None:
                    health.beat(ready=False)
                stop.wait(pause)
                pause = min(2 * pause, LONGEST_WAIT_S)
            else:
                if pause != FIRST_WAIT_S:
                    log.info("broker %s is back", self.address)
                elif after is not None:
                    seldom.warning("%s; it answers a PING, so trying again", after)
                return True
        return False

    def close(self) -> None:
        """Close every connection."""
        self.redis.close()


def _client(url: str, options: dict[str, object]) -> redis.Redis:
    node = node_url(url)
    if node is not None:
        return cast(redis.Redis, ClusterClient(node, **options))
    client = Client(url, **options)
    _check_options(client.connection_pool, masked(url))
    return client


def _check_options(pool: redis.ConnectionPool, address: str) -> None:
    """Find what redis-py would stumble over at the first connection, without a name or with a traceback.

    Raises:
        SettingsError: names the option.
    """
    for option in FILES:
        path = pool.connection_kwargs.get(option)
        try:
            if path is not None:
                Path(path).read_bytes()
        except OSError as error:
            raise SettingsError(f"MIEN_REDIS_URL {address!r}: {option} cannot be read: {error}") from error
    try:
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, exceptions.RedisError) as error:
        raise SettingsError(f"MIEN_REDIS_URL {address!r}: {error}") from error


def repeat(step: Callable[[], object], broker: Broker, stop: Event, health: Health | None = None) -> None:
    """Call `step` again and again until `stop` is set; whenever the broker is away, wait for it.

    Raises:
        BrokerRefused: the broker answers and refuses.
    """
    while not stop.is_set():
        try:
            step()
        except BrokerRefused:
            raise
        except BrokerUnreachable as error:
            broker.wait(stop, health, after=error)
        except BrokerError as error:
            # The broker is there and does not like the command (read-only, out of memory). One that is
            # still loading its data counts as unreachable: redis-py has it as a connection's error.
            log.warning("%s", error)
            if health is not None:
                health.beat(ready=False)
            stop.wait(LONGEST_WAIT_S)
