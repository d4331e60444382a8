"""The beat of paced sources, on a clock that only moves when told."""

import pytest

from services.capture.sources.pacing import Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_tick_comes_at_once_and_the_next_after_a_period(clock: Clock) -> None:
    pacer = Pacer(10, clock, clock.sleep)

    assert [pacer.wait(), pacer.wait()] == [1, 1]
    assert clock.slept == [pytest.approx(0.1)]


def test_work_between_ticks_does_not_make_them_drift(clock: Clock) -> None:
    pacer = Pacer(30, clock, clock.sleep)
    pacer.wait()
    for _ in range(300):
        clock.now += 0.02
        pacer.wait()

    assert clock.now == pytest.approx(110.0)


def test_after_a_stall_one_tick_stands_for_all_missed_ones(clock: Clock) -> None:
    pacer = Pacer(10, clock, clock.sleep)
    pacer.wait()
    clock.now += 0.55

    assert pacer.wait() == 5
    assert clock.slept == []


def test_after_a_stall_ticks_fall_on_the_old_grid_without_a_burst(clock: Clock) -> None:
    pacer = Pacer(10, clock, clock.sleep)
    pacer.wait()
    clock.now += 0.55
    pacer.wait()

    assert pacer.wait() == 1
    assert clock.now == pytest.approx(100.6)
    assert pacer.wait() == 1
    assert clock.now == pytest.approx(100.7)
