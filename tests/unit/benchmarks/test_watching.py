import pytest

from benchmarks.feed import Part
from benchmarks.pipeline import NoMeasurement
from benchmarks.watching import enough, longest_gap_ms, percentile_95, rate


def parts(*read_ms: int) -> list[Part]:
    return [Part({"x-frame-seq": "1"}, b"", ms * 1_000_000) for ms in read_ms]


@pytest.mark.parametrize("seen", [parts(), parts(5)])
def test_too_few_frames_are_said_to_be_too_few(seen: list[Part]) -> None:
    with pytest.raises(NoMeasurement, match=rf"^{len(seen)} frames in 2\.0 s: too few to measure$"):
        enough(seen, 2.0)


def test_the_rate_counts_the_steps_between_frames() -> None:
    assert rate(parts(0, 100, 200, 400)) == pytest.approx(7.5)


def test_the_longest_gap_is_between_neighbours() -> None:
    assert longest_gap_ms([0, 40_000_000, 700_000_000, 730_000_000]) == pytest.approx(660)


def test_a_percentile_is_none_that_nobody_measured() -> None:
    assert percentile_95([10.0, 20.0]) <= 20.0
