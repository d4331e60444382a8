import pytest

from services.inference.stopwatch import Stopwatch


def test_a_stage_is_listed_under_its_name() -> None:
    stopwatch = Stopwatch()
    with stopwatch.stage("decode"):
        pass
    assert list(stopwatch.timings) == ["decode"]
    assert stopwatch.timings["decode"] >= 0


def test_a_stage_that_comes_twice_is_added_up() -> None:
    stopwatch = Stopwatch()
    stopwatch.timings["decode"] = 1_000.0
    with stopwatch.stage("decode"):
        pass
    assert stopwatch.timings["decode"] >= 1_000.0


def test_a_stage_that_fails_is_measured_too() -> None:
    stopwatch = Stopwatch()
    with pytest.raises(ValueError, match="bad"), stopwatch.stage("decode"):
        raise ValueError("bad")
    assert "decode" in stopwatch.timings
