from prometheus_client import REGISTRY

from services.notify import metrics
from services.notify.events import Event, Kind
from services.notify.outbox import Cause, Outbox
from tests.fakes import Ticker


def event(n: int) -> Event:
    return Event(Kind.CAMERA_BACK, "door", n)


def count(name: str, receiver: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"mien_notify_{name}", {"receiver": receiver, **labels}) or 0.0


def account(receiver: str) -> tuple[float, float]:
    """Return what was taken, and what became of it."""
    dropped = sum(count("dropped_total", receiver, cause=cause.value) for cause in Cause)
    here = count("delivered_total", receiver) + count("waiting", receiver)
    return count("taken_total", receiver), dropped + here


def test_events_come_in_their_order() -> None:
    outbox = Outbox("order")
    for n in range(3):
        outbox.put(event(n))
    taken = [outbox.take(0) for _ in range(4)]
    assert [one.event.t for one in taken if one] == [0, 1, 2]
    assert taken[3] is None


def test_where_too_many_wait_the_oldest_go_and_are_counted() -> None:
    outbox = Outbox("full", most=3)
    for n in range(10):
        outbox.put(event(n))
    taken = outbox.take(0)
    assert taken is not None
    assert taken.event.t == 7
    outbox.delivered(taken)
    assert count("dropped_total", "full", cause="overflow") == 7
    assert account("full") == (10, 10)


def test_every_event_is_delivered_or_dropped_for_one_cause() -> None:
    outbox = Outbox("all", most=4)
    for n in range(6):
        outbox.put(event(n))
    for cause in (Cause.EXPIRED, Cause.REFUSED):
        assert outbox.take(0)
        outbox.dropped(cause)
    assert outbox.close() == 2
    outbox.put(event(6))
    assert account("all") == (7, 7)
    assert count("dropped_total", "all", cause="ended") == 3


def test_it_is_empty_only_when_nothing_is_in_hand() -> None:
    outbox = Outbox("hand")
    outbox.put(event(1))
    taken = outbox.take(0)
    assert taken is not None
    assert not outbox.emptied(0)
    outbox.delivered(taken)
    assert outbox.emptied(0)


def test_once_closed_it_says_no_more_how_many_wait() -> None:
    outbox = Outbox("closed")
    for n in range(2):
        outbox.put(event(n))
    assert outbox.take(0)
    outbox.close()
    assert account("closed") == (2, 1)
    metrics.forget("closed")
    outbox.dropped(Cause.ENDED)
    assert REGISTRY.get_sample_value("mien_notify_waiting", {"receiver": "closed"}) is None
    assert account("closed") == (2, 2)


def test_how_long_an_event_took_is_measured() -> None:
    clock = Ticker()
    outbox = Outbox("delay", clock=clock)
    outbox.put(event(1))
    clock.now += 2
    taken = outbox.take(0)
    assert taken is not None
    outbox.delivered(taken)
    assert count("delay_seconds_sum", "delay") == 2
