import logging
from threading import Event

import pytest
from redis import exceptions

from shared import broker as module
from shared.broker import FIRST_WAIT_S, LONGEST_WAIT_S, Broker, BrokerErrors, masked, repeat
from shared.errors import BrokerError, BrokerErrorReply, BrokerRefused, BrokerUnreachable, SettingsError
from shared.health import Health
from shared.logs import Seldom
from tests.fakes import FakeBroker, FakeRedis, Ticker, Waits

AWAY = exceptions.ConnectionError("nobody listens")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:hunter2@host:6379/0", "redis://host:6379/0"),
        ("rediss://user:hunter2@host", "rediss://host"),
        ("redis://host/0?password=hunter2", "redis://host/0"),
        ("redis://host/0?password=hunt@er2", "redis://***"),
        ("redis://:hun#ter2@host/0", "redis://***"),
        ("redis://:hun?ter2@host/0", "redis://***"),
        ("redis://:hun/ter2@host/0", "redis://host/0"),
        ("redis://:hun@ter2@host/0", "redis://host/0"),
        ("unix:///run/broker.sock?password=hunter2", "unix:///run/broker.sock"),
        ("hunter2", "***"),
    ],
)
def test_a_masked_url_shows_where_and_no_secret(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize(
    "url", ["", "host:6379", "http://host", "redis://[bad", "redis://host:99999", "redis://:hunt/er2@host"]
)
def test_what_is_no_redis_url_is_an_error_that_names_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^MIEN_REDIS_URL .* is not a Redis URL") as caught:
        Broker(url)
    assert "hunt" not in str(caught.value)
    assert "er2" not in str(caught.value)


def test_a_broker_is_named_without_its_password_and_not_connected_to() -> None:
    broker = Broker("redis://:hunter2@nowhere.invalid:1/0", password="hunter3")
    assert broker.address == "redis://nowhere.invalid:1/0"


def test_a_broker_that_nobody_is_at_is_unreachable() -> None:
    broker = Broker("unix:///nowhere/broker.sock")
    with pytest.raises(BrokerUnreachable, match=r"^broker unix:///nowhere/broker\.sock cannot be reached"):
        broker.ping()


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (exceptions.ConnectionError("refused"), BrokerUnreachable),
        (exceptions.BusyLoadingError("loading"), BrokerUnreachable),
        (exceptions.TimeoutError("too slow"), BrokerUnreachable),
        (exceptions.AuthenticationError("wrong password"), BrokerRefused),
        (exceptions.NoPermissionError("no right"), BrokerRefused),
        (exceptions.ResponseError("NOAUTH Authentication required."), BrokerRefused),
        (exceptions.ResponseError("WRONGPASS invalid username-password pair"), BrokerRefused),
        (exceptions.ResponseError("ACL failure in script: User mien has no permissions"), BrokerRefused),
        (exceptions.ResponseError("The user executing the script can't run this command"), BrokerRefused),
        (exceptions.ResponseError("OOM command not allowed"), BrokerErrorReply),
        (exceptions.ResponseError("WRONGTYPE Operation against a key"), BrokerErrorReply),
        (exceptions.ReadOnlyError("replica"), BrokerErrorReply),
    ],
)
def test_redis_errors_get_names_and_the_brokers_address(error: Exception, named: type[BrokerError]) -> None:
    with pytest.raises(BrokerError, match=r"^broker redis://h ") as caught, BrokerErrors("redis://h"):
        raise error
    assert type(caught.value) is named


def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(KeyError), BrokerErrors("redis://h"):
        raise KeyError("mine")


def test_waiting_for_a_broker_that_is_there_takes_no_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    stop = Waits()
    assert FakeBroker(FakeRedis(ping=True)).wait(stop)
    assert stop.waits == []
    assert caplog.messages == []


def test_waiting_says_once_that_the_broker_is_away_and_once_that_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    assert FakeBroker(FakeRedis(ping=[AWAY, AWAY, AWAY, True])).wait(Waits())
    assert caplog.messages == [
        "broker redis://fake cannot be reached: nobody listens; trying again until it answers",
        "broker redis://fake is back",
    ]


def test_the_waits_grow_up_to_the_longest() -> None:
    stop = Waits()
    FakeBroker(FakeRedis(ping=[AWAY] * 8 + [True])).wait(stop)
    assert stop.waits[0] == FIRST_WAIT_S
    assert stop.waits == sorted(stop.waits)
    assert stop.waits[-1] == LONGEST_WAIT_S


def test_waiting_ends_when_the_service_is_to_stop() -> None:
    assert not FakeBroker(FakeRedis(ping=AWAY)).wait(Waits(most=3))


def test_waiting_ends_when_the_broker_refuses() -> None:
    refusal = exceptions.AuthenticationError("wrong password")
    with pytest.raises(BrokerRefused):
        FakeBroker(FakeRedis(ping=[AWAY, refusal])).wait(Waits())


def test_a_service_that_waits_for_the_broker_is_alive_and_not_ready() -> None:
    clock = Ticker()
    health = Health(clock)
    health.beat(ready=True)

    def long_wait(_timeout: float) -> None:
        clock.now += 10

    FakeBroker(FakeRedis(ping=AWAY)).wait(Waits(most=9, then=long_wait), health)
    assert health.alive()
    assert not health.ready()


class Steps:
    """A step that raises what it is given, one after the other, and then stops the loop."""

    def __init__(self, stop: Event, *outcomes: Exception | None) -> None:
        self._stop = stop
        self._outcomes = list(outcomes)

    def __call__(self) -> None:
        outcome = self._outcomes.pop(0)
        if not self._outcomes:
            self._stop.set()
        if outcome is not None:
            raise outcome


def test_a_step_is_repeated_until_the_stop() -> None:
    stop = Waits()
    repeat(Steps(stop, None, None, None), FakeBroker(), stop)
    assert stop.waits == []


def test_a_broker_that_is_away_is_waited_for_and_the_step_goes_on() -> None:
    stop = Waits()
    redis = FakeRedis(ping=[AWAY, True])
    repeat(Steps(stop, BrokerUnreachable("away"), None), FakeBroker(redis), stop)
    assert redis.calls == ["ping", "ping"]


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(module, "seldom", Seldom(module.log))


@pytest.mark.usefixtures("talkative")
def test_a_command_that_times_out_while_a_ping_is_answered_is_said(caplog: pytest.LogCaptureFixture) -> None:
    stop = Waits()
    late = BrokerUnreachable("broker redis://fake does not answer: timed out")
    repeat(Steps(stop, late, late, late, None), FakeBroker(), stop)
    assert caplog.messages == [
        "broker redis://fake does not answer: timed out; it answers a PING, so trying again"
    ]


@pytest.mark.usefixtures("talkative")
def test_a_broker_that_is_away_is_said_once_and_not_for_the_command_as_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop = Waits()
    redis = FakeRedis(ping=[AWAY, AWAY, True])
    repeat(Steps(stop, BrokerUnreachable("gone"), None), FakeBroker(redis), stop)
    assert caplog.messages == [
        "broker redis://fake cannot be reached: nobody listens; trying again until it answers"
    ]


def test_a_broker_that_answers_with_an_error_is_given_a_moment(caplog: pytest.LogCaptureFixture) -> None:
    stop = Waits()
    repeat(
        Steps(stop, BrokerError("broker redis://fake answers with an error: OOM"), None), FakeBroker(), stop
    )
    assert stop.waits == [LONGEST_WAIT_S]
    assert "OOM" in caplog.text


def test_a_broker_that_refuses_ends_the_loop() -> None:
    stop = Waits()
    with pytest.raises(BrokerRefused):
        repeat(Steps(stop, BrokerRefused("no"), None), FakeBroker(), stop)


def test_the_run_id_is_the_brokers() -> None:
    assert FakeBroker(FakeRedis(info={"run_id": "abc"})).run_id() == "abc"
