"""The `test:` source."""

import pytest

from services.capture.pattern import read_back
from services.capture.sources import open_source
from shared.errors import SourceError


@pytest.mark.parametrize(
    ("spec", "shape", "fps"),
    [
        ("test:", (480, 640, 3), 30.0),
        ("test:320x240", (240, 320, 3), 30.0),
        ("test:@12.5", (480, 640, 3), 12.5),
        ("test:1280x720@60", (720, 1280, 3), 60.0),
    ],
)
def test_the_spec_says_size_and_rate(spec: str, shape: tuple[int, int, int], fps: float) -> None:
    source = open_source(spec)

    assert source.read().shape == shape
    assert source.fps == fps


def test_size_and_rate_come_from_the_camera_where_the_spec_is_silent() -> None:
    source = open_source("test:", size=(320, 240), fps=120)

    assert source.read().shape == (240, 320, 3)
    assert source.fps == 120


def test_the_spec_wins_over_the_camera() -> None:
    assert open_source("test:320x240@60", size=(640, 480), fps=30).read().shape == (240, 320, 3)


def test_numbers_start_at_zero_and_times_rise() -> None:
    source = open_source("test:320x240@240")
    stamps = [read_back(source.read()) for _ in range(4)]

    assert [stamp.seq for stamp in stamps] == [0, 1, 2, 3]
    assert sorted(stamp.unix_ns for stamp in stamps) == [stamp.unix_ns for stamp in stamps]


@pytest.mark.parametrize(
    "spec",
    [
        "test:big",
        "test:640",
        "test:640x480@",
        "test:319x240",
        "test:4000x2160",
        "test:@0",
        "test:@1000",
        "test:640X480",
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(spec: str) -> None:
    with pytest.raises(SourceError, match=spec.replace("@", ".")):
        open_source(spec)
