import pytest

from training.pace import Pace, learning_rate


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_rises_to_its_peak_then_falls_to_zero() -> None:
    rates = [learning_rate(progress / 100, 0.08, 0.05) for progress in range(101)]
    assert rates[0] == 0
    assert rates[5] == pytest.approx(0.08)
    assert rates[:6] == sorted(rates[:6])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[100] == pytest.approx(0, abs=1e-9)


def test_progress_goes_by_the_epochs_without_a_budget() -> None:
    pace = Pace(epochs=40, budget_s=None, clock=Clock())
    assert pace.progress(10) == 0.25
    assert pace.progress(40) == 1


def test_a_slow_machine_is_at_the_end_when_its_time_is_up() -> None:
    clock = Clock()
    pace = Pace(epochs=40, budget_s=60, clock=clock)
    clock.now += 45
    assert pace.progress(2) == 0.75
    clock.now += 15
    assert learning_rate(pace.progress(3), 0.08, 0.05) == pytest.approx(0, abs=1e-9)


def test_a_fast_machine_ends_with_its_epochs() -> None:
    clock = Clock()
    pace = Pace(epochs=4, budget_s=6000, clock=clock)
    clock.now += 10
    assert pace.progress(4) == 1


def test_the_time_before_a_resume_counts() -> None:
    clock = Clock()
    pace = Pace(epochs=40, budget_s=60, used_s=30, clock=clock)
    clock.now += 15
    assert pace.elapsed_s() == 45
    assert pace.progress(0) == 0.75


def test_the_time_left_follows_from_the_pace_so_far() -> None:
    clock = Clock()
    pace = Pace(epochs=4, budget_s=None, clock=clock)
    assert pace.left_s(0) == float("inf")
    clock.now += 10
    assert pace.left_s(1) == pytest.approx(30)
