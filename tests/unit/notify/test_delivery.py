import logging
from collections.abc import Sequence
from threading import Event as Flag

import pytest
from prometheus_client import REGISTRY

from services.notify.backoff import Backoff
from services.notify.delivery import EXPIRES_AFTER_S, Courier, Refused, Unreachable
from services.notify.events import Event, Kind
from services.notify.outbox import Cause, Outbox
from tests.fakes import Ticker

AWAY = Unreachable("nobody listens there")


class Given:
    """A receiver that answers each try with what it was given; then it takes everything."""

    def __init__(self, answers: Sequence[Exception | None] = ()) -> None:
        self.answers = list(answers)
        self.tries: list[Event] = []
        self.got: list[Event] = []

    def send(self, event: Event) -> None:
        self.tries.append(event)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.got.append(event)


class Pauses(Backoff):
    """Waits for nothing, and notes what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def pause(self, at_least_s: float = 0.0) -> float:
        self.asked.append(at_least_s)
        return 0.0


class Bench:
    """A courier with one receiver."""

    def __init__(self, name: str, *answers: Exception | None) -> None:
        self.name = name
        self.clock = Ticker()
        self.outbox = Outbox(name, clock=self.clock)
        self.receiver = Given(answers)
        self.pauses = Pauses()
        self.courier = Courier(name, self.receiver, self.outbox, backoff=self.pauses, clock=self.clock)

    def deliver(self, stop: Flag | None = None) -> Event:
        event = Event(Kind.CAMERA_BACK, "door", 1)
        self.outbox.put(event)
        taken = self.outbox.take(0)
        assert taken is not None
        self.courier.deliver(taken, stop or Flag())
        return event

    def dropped(self, cause: Cause) -> float:
        labels = {"receiver": self.name, "cause": cause.value}
        return REGISTRY.get_sample_value("mien_notify_dropped_total", labels) or 0.0


def test_an_event_is_delivered_once() -> None:
    bench = Bench("once")
    event = bench.deliver()
    assert bench.receiver.got == bench.receiver.tries == [event]
    assert bench.outbox.emptied(0)


def test_one_that_fails_is_the_same_in_the_next_try() -> None:
    bench = Bench("again", AWAY, Unreachable("it answers 503", 7.0))
    event = bench.deliver()
    assert bench.receiver.tries == [event] * 3
    assert bench.pauses.asked == [0.0, 7.0]


def test_that_a_receiver_is_away_is_said_once_and_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench("said", AWAY, AWAY, AWAY)
    bench.deliver()
    bench.deliver()
    assert caplog.messages == [
        "said: nobody listens there; trying again, and events wait meanwhile",
        "said is back",
    ]


def test_one_that_is_refused_is_given_up_and_counted() -> None:
    bench = Bench("refused", Refused("it answers 400"))
    bench.deliver()
    assert len(bench.receiver.tries) == 1
    assert bench.dropped(Cause.REFUSED) == 1


def test_a_receiver_that_refuses_is_back_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench("answers", AWAY, Refused("it answers 404"))
    bench.deliver()
    assert (caplog.messages[1], bench.pauses.resets) == ("answers is back", 1)


def test_one_that_is_too_old_is_given_up_and_counted() -> None:
    bench = Bench("old", *[AWAY] * 1000)
    bench.clock.step = EXPIRES_AFTER_S / 10
    bench.deliver()
    assert bench.dropped(Cause.EXPIRED) == 1
    assert len(bench.receiver.tries) < 20


def test_at_the_end_nothing_is_tried_and_it_is_counted() -> None:
    bench = Bench("end")
    stop = Flag()
    stop.set()
    bench.deliver(stop)
    assert bench.receiver.tries == []
    assert bench.dropped(Cause.ENDED) == 1


def test_a_mistake_in_a_receiver_costs_one_event_and_not_the_courier(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench("wrong", RuntimeError("no thread"))
    bench.deliver()
    assert bench.dropped(Cause.REFUSED) == 1
    event = bench.deliver()
    assert bench.receiver.got == [event]
