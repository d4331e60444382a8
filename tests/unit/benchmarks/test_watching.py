import numpy as np
import pytest

from benchmarks.feed import Part
from benchmarks.pipeline import NoMeasurement
from benchmarks.watching import enough, longest_gap_ms, rate, watched
from services.capture.pattern import draw
from services.inference.pictures import encode_jpeg


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


def test_the_ages_of_a_source_without_stamps_are_those_of_its_headers() -> None:
    headers = {"x-frame-seq": "7", "x-captured-at": "1000.25"}
    seen = watched([Part(headers, b"", 1_000_300_000_000)], "demo:")
    assert (seen.numbers, seen.by) == ([7], "headers")
    assert seen.ages_ms == pytest.approx([50])


def test_the_ages_of_the_test_picture_are_those_of_its_pixels() -> None:
    jpeg = encode_jpeg(draw(9, 1_000_000_000, (320, 240)), 80)
    seen = watched([Part({"x-frame-seq": "1", "x-captured-at": "0"}, jpeg, 1_040_000_000)], "test:@30")
    assert (seen.numbers, seen.ages_ms, seen.by) == ([9], [40.0], "pixels")


def test_a_test_picture_without_its_strip_is_one_line() -> None:
    jpeg = encode_jpeg(np.zeros((240, 320, 3), np.uint8), 80)
    with pytest.raises(NoMeasurement, match=r"^source test:: the picture's test strip is absent"):
        watched([Part({}, jpeg, 0)], "test:")
