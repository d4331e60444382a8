from shared.health import STUCK_AFTER_S, Health
from tests.fakes import Ticker


def test_a_service_is_alive_and_not_ready_before_its_first_round() -> None:
    health = Health(Ticker())
    assert health.alive()
    assert not health.ready()


def test_a_round_that_worked_makes_it_ready() -> None:
    health = Health(Ticker())
    health.beat(ready=True)
    assert health.ready()


def test_a_round_without_the_broker_keeps_it_alive_and_not_ready() -> None:
    clock = Ticker()
    health = Health(clock)
    health.beat(ready=True)
    clock.now += STUCK_AFTER_S
    health.beat(ready=False)
    assert health.alive()
    assert not health.ready()


def test_a_loop_that_is_stuck_is_neither_alive_nor_ready() -> None:
    clock = Ticker()
    health = Health(clock)
    health.beat(ready=True)
    clock.now += STUCK_AFTER_S
    assert not health.alive()
    assert not health.ready()
