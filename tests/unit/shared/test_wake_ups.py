import pytest
from redis import exceptions

from shared.errors import BrokerUnreachable
from shared.keys import WAKE_CHANNEL
from shared.wake_ups import WakeUps
from tests.fakes import FakeBroker, FakePubSub, FakeRedis


def wake_ups(pubsub: FakePubSub) -> WakeUps:
    return WakeUps(FakeBroker(FakeRedis(pubsub=pubsub)))


def test_all_wake_ups_that_are_there_come_at_once() -> None:
    assert wake_ups(FakePubSub(b"cam1", b"cam2", b"cam1")).wait(0.25) == {"cam1", "cam2"}


def test_only_the_first_wake_up_is_waited_for() -> None:
    pubsub = FakePubSub(b"cam1")
    wake_ups(pubsub).wait(0.25)
    assert pubsub.timeouts == [0.25, 0]


def test_no_wake_up_is_an_empty_set() -> None:
    assert wake_ups(FakePubSub()).wait(0.25) == set()


def test_the_channel_is_subscribed_to_once() -> None:
    pubsub = FakePubSub()
    waiting = wake_ups(pubsub)
    waiting.wait(0.1)
    waiting.wait(0.1)
    assert pubsub.subscribed == [WAKE_CHANNEL]


def test_a_wake_up_that_is_no_text_does_not_end_the_waiting() -> None:
    assert "cam1" in wake_ups(FakePubSub(b"\xff\xfe", b"cam1")).wait(0.25)


def test_after_a_broken_connection_the_channel_is_subscribed_to_again() -> None:
    pubsub = FakePubSub()
    waiting = wake_ups(pubsub)
    pubsub.error = exceptions.ConnectionError("gone")
    with pytest.raises(BrokerUnreachable):
        waiting.wait(0.1)
    pubsub.error = None
    waiting.wait(0.1)
    assert pubsub.subscribed == [WAKE_CHANNEL] * 2
    assert pubsub.closed
