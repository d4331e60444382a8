"""Who leads, and what was told, against real brokers."""

import pytest

from shared.broker import Broker
from shared.keys import CameraKeys
from shared.leading import Lead
from shared.telling import KEPT_MS, Telling, Told
from tests.brokers import connected
from tests.e2e.processes import eventually

KEY = "mien:notifier"


@pytest.fixture
def telling(broker: Broker) -> Telling:
    return Telling(broker, "door")


def test_one_leads_and_keeps_its_term_and_the_other_does_not(broker: Broker) -> None:
    one, two = Lead(broker, KEY, "one"), Lead(broker, KEY, "two")
    term = one.take()
    assert term > 0
    assert [two.take(), one.take(), two.take()] == [0, term, 0]


def test_the_next_one_has_a_later_term(broker: Broker) -> None:
    one, two = Lead(broker, KEY, "one"), Lead(broker, KEY, "two")
    first = one.take()
    two.give_up()
    assert one.take() == first
    one.give_up()
    second = eventually("two leads", two.take)
    assert second >= first
    assert one.take() == 0


def test_a_leader_that_falls_silent_is_succeeded(broker: Broker) -> None:
    one, two = Lead(broker, KEY, "one", lasts_ms=50), Lead(broker, KEY, "two")
    first = one.take()
    assert eventually("two leads", two.take) > first
    assert one.take() == 0


def test_what_was_told_is_handed_to_the_next_leader(telling: Telling) -> None:
    assert telling.claim(5) == Told(0, b"")
    assert telling.write(5, Told(1, b"\x00some\xff"))
    assert telling.write(5, Told(2, b"more"))
    assert telling.claim(6) == Told(2, b"more")


def test_what_an_earlier_leader_writes_is_refused(telling: Telling) -> None:
    telling.claim(5)
    telling.claim(6)
    assert not telling.write(5, Told(1, b"old"))
    assert telling.claim(5) is None
    assert telling.claim(6) == Told(0, b"")


def test_a_repeat_of_a_write_whose_reply_was_lost_changes_nothing(telling: Telling) -> None:
    telling.claim(5)
    assert telling.write(5, Told(1, b"one"))
    assert telling.write(5, Told(1, b"one"))
    assert not telling.write(5, Told(1, b"other"))
    assert not telling.write(5, Told(3, b"three"))
    assert telling.claim(5) == Told(1, b"one")


def test_a_broker_that_forgot_takes_what_comes(telling: Telling, broker: Broker) -> None:
    telling.claim(5)
    telling.write(5, Told(1, b"one"))
    broker.redis.delete(CameraKeys("door").told)
    assert telling.write(5, Told(2, b"two"))


def test_what_was_told_is_forgotten_after_a_while(telling: Telling, broker: Broker) -> None:
    telling.claim(5)
    assert 0 < int(broker.redis.pttl(CameraKeys("door").told)) <= KEPT_MS


def test_a_term_is_later_than_any_that_a_broker_gave_before_it_forgot(server: str, broker: Broker) -> None:
    first = Lead(broker, KEY, "one").take()
    broker.redis.delete(KEY)
    other = connected(server)
    assert Lead(other, KEY, "one").take() >= first
    other.close()
