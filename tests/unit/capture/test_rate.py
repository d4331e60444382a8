"""The rate of a camera, on a clock that only moves when told."""

import pytest

from services.capture.rate import OVER_S, Rate
from tests.fakes import Ticker


def counted(*pauses_s: float) -> list[float]:
    """Return what is said at a first frame, and at one after each pause."""
    ticker = Ticker()
    rate = Rate(ticker)
    said = [rate.count()]
    for pause_s in pauses_s:
        ticker.now += pause_s
        said.append(rate.count())
    return said


def test_nothing_is_said_of_the_first_second() -> None:
    assert set(counted(*[0.125] * 7)) == {0.0}


def test_frames_that_follow_each_other_closely_after_opening_are_no_rate() -> None:
    assert max(counted(0.001, 0.01, *[0.125] * 24)) < 12


def test_a_steady_camera_has_its_own_rate() -> None:
    assert set(counted(*[0.125] * 24)) == {0.0, 8.0}


def test_the_time_before_the_first_frame_does_not_count() -> None:
    ticker = Ticker()
    rate = Rate(ticker)
    ticker.now += 60
    assert [rate.count() for _ in range(3)] == [0.0] * 3
    ticker.now += OVER_S
    assert rate.count() == 3 / OVER_S


def test_a_camera_slower_than_a_frame_a_second_has_its_own_rate() -> None:
    assert counted(4.0, 4.0) == [0.0, 0.25, 0.25]


def test_a_stall_lowers_the_rate_and_what_comes_after_it_is_measured_anew() -> None:
    said = counted(*[0.125] * 8, 3.0, 0.001, *[0.125] * 8)
    assert said[8] == 8.0
    assert said[9] == pytest.approx(1 / 3)
    assert said[10] == pytest.approx(1 / 3)
    assert said[-1] == pytest.approx(9 / 1.001)
