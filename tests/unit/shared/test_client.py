"""The client's shorter way for scripts, on connections that answer what a test has them answer."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as LateError
from redis.retry import Retry

from shared.client import Client, KeptScript

TEXT = "return 1"


class FakeConnection:
    """Answers with `replies` in turn; one that is an exception is raised."""

    def __init__(self, *replies: object) -> None:
        self.pid = os.getpid()
        self.retry = Retry(NoBackoff(), 1)
        self.replies = list(replies)
        self.sent: list[tuple[object, ...]] = []
        self.disconnected = 0
        self.moves = False

    def send_command(self, *command: object) -> None:
        self.sent.append(command)

    def read_response(self) -> object:
        reply = self.replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def disconnect(self) -> None:
        self.disconnected += 1
        self.moves = False

    def should_reconnect(self) -> bool:
        return self.moves


class FakePool:
    """Gives the connections in turn."""

    def __init__(self, *connections: FakeConnection) -> None:
        self.left = list(connections)

    def get_connection(self) -> FakeConnection:
        return self.left.pop(0)

    def disconnect(self) -> None:
        for connection in self.left:
            connection.disconnect()


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client("redis://nowhere.invalid")
    yield client
    client.close()


def with_pool(client: Client, *connections: FakeConnection) -> KeptScript:
    """Give the client these connections; return a script of it."""
    inside: Any = client
    inside._of_scripts = FakePool(*connections)
    return client.register_script(TEXT)


def test_a_script_is_called_with_its_keys_and_arguments(client: Client) -> None:
    connection = FakeConnection(b"1")
    script = with_pool(client, connection)

    assert script(keys=["a", "b"], args=(1, b"c")) == b"1"

    assert connection.sent == [("EVALSHA", script.sha, 2, "a", "b", 1, b"c")]


def test_one_connection_is_kept_for_call_after_call(client: Client) -> None:
    script = with_pool(client, FakeConnection(1, 2, 3))

    assert [script(), script(), script()] == [1, 2, 3]


def test_calls_at_the_same_time_have_a_connection_each(client: Client) -> None:
    inner = FakeConnection(2)
    script: KeptScript

    class Nested(FakeConnection):
        def read_response(self) -> object:
            return script(), super().read_response()

    script = with_pool(client, Nested(1), inner)

    assert script() == (2, 1)


@pytest.mark.parametrize("error", [AwayError("gone"), LateError("late")])
def test_a_connection_that_went_stale_is_replaced_and_the_call_repeated(
    client: Client, error: Exception
) -> None:
    connection = FakeConnection(error, 7)

    assert with_pool(client, connection)() == 7

    assert connection.disconnected == 1
    assert len(connection.sent) == 2


def test_a_broker_that_is_away_is_an_error_after_the_second_try(client: Client) -> None:
    connection = FakeConnection(AwayError("gone"), AwayError("gone still"), 3)
    script = with_pool(client, connection)

    with pytest.raises(AwayError, match="gone still"):
        script()

    assert script() == 3
    assert connection.disconnected == 2


def test_an_error_for_an_answer_is_raised_and_leaves_the_connection_as_it_is(client: Client) -> None:
    connection = FakeConnection(ResponseError("WRONGTYPE"), 4)
    script = with_pool(client, connection)

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        script()

    assert script() == 4
    assert connection.disconnected == 0


def test_a_call_that_was_interrupted_leaves_no_answer_for_the_next_one(client: Client) -> None:
    connection = FakeConnection(KeyboardInterrupt(), 5)
    script = with_pool(client, connection)

    with pytest.raises(KeyboardInterrupt):
        script()

    assert connection.disconnected == 1
    assert script() == 5


def test_a_script_that_the_broker_forgot_is_loaded_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    def load(text: str) -> str:
        texts.append(text)
        return "its-sha"

    connection = FakeConnection(NoScriptError("NOSCRIPT"), 6)
    script = with_pool(client, connection)
    monkeypatch.setattr(client, "script_load", load)

    assert script() == 6
    assert texts == [TEXT]
    assert connection.sent[-1] == ("EVALSHA", "its-sha", 0)


def test_a_broker_that_moves_is_followed_after_the_call(client: Client) -> None:
    connection = FakeConnection(8)
    connection.moves = True

    assert with_pool(client, connection)() == 8
    assert connection.disconnected == 1


def test_the_connections_of_a_forks_parent_are_left_to_it(client: Client) -> None:
    parents, childs = FakeConnection(1, 2), FakeConnection(3)
    script = with_pool(client, parents, childs)
    assert script() == 1

    parents.pid -= 1  # As if this process were the child now.

    assert script() == 3
    assert len(parents.sent) == 1


def test_a_script_in_a_pipeline_is_redis_pys(client: Client) -> None:
    script = client.register_script(TEXT)
    pipeline = client.pipeline()

    script(client=pipeline)

    assert len(pipeline.command_stack) == 1
    assert pipeline.scripts == {script}
