"""Recordings: looped, in step with the clock, skipping what it is too late for."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.capture.pattern import read_back
from services.capture.sources import open_source
from services.capture.sources.video import VideoSource
from shared.errors import SourceError
from tests.unit.capture.sources.conftest import beat

Record = Callable[[int, float], Path]


def test_a_recording_plays_in_order_and_starts_again(record: Record) -> None:
    source = VideoSource(str(record(5, 25)), "source", None, beat=beat())

    assert [read_back(source.read()).seq for _ in range(12)] == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
    source.close()


def test_its_rate_is_the_recordings_and_at_most_the_one_asked_for(record: Record) -> None:
    path = str(record(5, 25))

    assert open_source(path).fps == 25
    assert open_source(path, fps=60).fps == 25
    assert open_source(path, fps=10).fps == 10


def test_a_lower_rate_leaves_pictures_out_instead_of_slowing_down(record: Record) -> None:
    source = VideoSource(str(record(20, 4)), "source", 1, beat=beat())

    assert [read_back(source.read()).seq for _ in range(4)] == [3, 7, 11, 15]
    source.close()


def test_after_a_stall_it_shows_the_picture_of_now(record: Record) -> None:
    source = VideoSource(str(record(20, 1)), "source", None, beat=beat(1, 6, 1))

    assert [read_back(source.read()).seq for _ in range(4)] == [0, 6, 7, 8]
    source.close()


def test_lateness_that_cannot_be_skipped_within_one_period_is_forgiven(record: Record) -> None:
    source = VideoSource(str(record(20, 240)), "source", None, beat=beat(1, 100_000_000))
    source.read()

    assert 0 <= read_back(source.read()).seq < 20
    source.close()


def test_a_container_that_cannot_seek_is_opened_again(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VideoSource, "_rewind", lambda _: None)
    source = VideoSource(str(record(3, 25)), "source", None, beat=beat())

    assert [read_back(source.read()).seq for _ in range(5)] == [0, 1, 2, 0, 1]
    source.close()


def test_a_recording_that_vanishes_is_a_source_error(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VideoSource, "_rewind", lambda _: None)
    path = record(1, 25)
    source = VideoSource(str(path), path.name, None, beat=beat())
    source.read()
    path.unlink()

    with pytest.raises(SourceError, match=path.name):
        source.read()


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"ftyp" + b"junk" * 1000])
def test_a_file_that_is_no_video_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "holiday.mp4"
    path.write_bytes(content)

    with pytest.raises(SourceError, match=r"holiday\.mp4.*video"):
        open_source(str(path))


@pytest.mark.parametrize("name", ["notes.txt", "words.asc"])
def test_a_text_that_ffmpeg_would_draw_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("no video, only words\n" * 500)

    with pytest.raises(SourceError, match=f"{name}.*not a video|{name}.*as a video"):
        open_source(str(path))


def test_closing_twice_does_no_harm(record: Record) -> None:
    source = open_source(str(record(2, 25)))
    source.close()
    source.close()


def test_a_still_picture_is_shown_as_a_camera_would(tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    cv2.imwrite(str(path), np.full((30, 40, 3), 7, np.uint8))

    assert open_source(str(path)).read().shape == (30, 40, 3)
