from threading import Thread

import pytest

from services.capture.demand import LINGER_S, Demand
from tests.fakes import Ticker

PATIENCE_S = 30.0


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
def demand(ticker: Ticker) -> Demand:
    return Demand(always=False, monotonic=ticker)


def test_a_camera_that_nobody_looked_at_is_not_wanted(demand: Demand) -> None:
    demand.viewers(0)
    assert not demand.wanted()


def test_the_first_viewer_makes_it_wanted(demand: Demand) -> None:
    demand.viewers(1)
    assert demand.wanted()


def test_it_stays_wanted_for_a_while_after_the_last_viewer_left(demand: Demand, ticker: Ticker) -> None:
    demand.viewers(1)
    ticker.now += LINGER_S - 0.01
    demand.viewers(0)
    assert demand.wanted()
    ticker.now += 0.01
    assert not demand.wanted()


def test_it_lingers_for_five_seconds() -> None:
    assert LINGER_S == 5.0


def test_it_stays_wanted_while_somebody_looks(demand: Demand, ticker: Ticker) -> None:
    for _ in range(10):
        demand.viewers(2)
        ticker.now += LINGER_S / 2
    assert demand.wanted()


def test_a_broker_that_is_away_does_not_close_it(demand: Demand, ticker: Ticker) -> None:
    demand.viewers(1)
    for _ in range(100):
        ticker.now += 1
        demand.unknown()
    assert demand.wanted()


def test_a_broker_that_comes_back_empty_does_not_close_it_at_once(demand: Demand, ticker: Ticker) -> None:
    demand.viewers(1)
    ticker.now += LINGER_S - 0.01
    demand.unknown()
    ticker.now += LINGER_S - 0.01
    demand.viewers(0)
    assert demand.wanted()
    ticker.now += 0.01
    assert not demand.wanted()


def test_a_broker_that_is_away_does_not_open_it(demand: Demand) -> None:
    demand.unknown()
    assert not demand.wanted()


def test_a_camera_that_is_always_open_needs_no_viewers(ticker: Ticker) -> None:
    demand = Demand(always=True, monotonic=ticker)
    ticker.now += 1_000
    demand.viewers(0)
    assert demand.wanted()


def test_who_waits_goes_on_when_somebody_looks(ticker: Ticker) -> None:
    demand = Demand(always=False, monotonic=ticker)
    waiting = Thread(target=demand.wait, args=(PATIENCE_S,))
    waiting.start()
    demand.viewers(1)
    waiting.join(PATIENCE_S / 2)
    assert not waiting.is_alive()


def test_who_waits_goes_on_when_it_is_woken(ticker: Ticker) -> None:
    demand = Demand(always=False, monotonic=ticker)
    waiting = Thread(target=demand.wait, args=(PATIENCE_S,))
    waiting.start()
    while waiting.is_alive():
        demand.wake()
    assert not demand.wanted()


def test_a_camera_that_is_wanted_is_not_waited_for() -> None:
    demand = Demand(always=True)
    waiting = Thread(target=demand.wait, args=(PATIENCE_S,))
    waiting.start()
    waiting.join(PATIENCE_S / 2)
    assert not waiting.is_alive()
