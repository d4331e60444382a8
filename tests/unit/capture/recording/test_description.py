"""What a video is, told from its beginning."""

from pathlib import Path

import pytest

from services.capture.recording.description import describe
from services.capture.recording.pictures import Pictures
from services.capture.recording.reader import Reader, ReadFrame
from services.capture.recording.report import report
from shared.errors import SourceError
from shared.recorded import RecordedFrame
from tests.made_videos import write_video

UNEVEN = [0, 1_500, 4_503, 9_003, 18_003, 38_014, 39_514, 300_000]


def test_a_video_of_a_steady_rate_is_described(tmp_path: Path) -> None:
    found = describe(write_video(tmp_path / "video.mp4"))

    assert (found.width, found.height, found.rotation, found.mirrored) == (320, 240, 0, False)
    assert (found.frames, found.duration_s, found.fps, found.variable) == (30, 1.2, 25, False)
    assert found.codec == "h264"
    assert "mp4" in found.container
    assert found.start_s == 0


def test_a_variable_rate_is_told(tmp_path: Path) -> None:
    assert describe(write_video(tmp_path / "video.mkv", UNEVEN)).variable


def test_frames_are_reckoned_where_a_container_does_not_count_them(tmp_path: Path) -> None:
    assert describe(write_video(tmp_path / "video.mkv")).frames == 30


def test_a_stream_without_length_has_none(tmp_path: Path) -> None:
    found = describe(write_video(tmp_path / "bare.h264"))

    assert (found.frames, found.duration_s, found.variable) == (None, None, False)


def test_size_and_rotation_are_those_that_are_shown(tmp_path: Path) -> None:
    found = describe(write_video(tmp_path / "video.mp4", degrees=-90))

    assert (found.width, found.height, found.rotation) == (240, 320, 90)
    assert describe(write_video(tmp_path / "selfie.mp4", mirrored=True)).mirrored


def test_pixels_that_cannot_be_read_are_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_self: Pictures, frame: ReadFrame) -> RecordedFrame:
        return RecordedFrame(frame.index, frame.t, *frame.size, b"")

    monkeypatch.setattr(Pictures, "publish", without)
    with pytest.raises(SourceError, match="pixels of the format 'yuv420p' cannot be read"):
        describe(write_video(tmp_path / "video.mp4"))


def test_the_report_says_what_was_read(tmp_path: Path) -> None:
    with Reader(write_video(tmp_path / "video.mp4", UNEVEN)) as reader:
        for _ in reader:
            pass
        found = report(reader, offered=3)

    assert (found.frames, found.offered, found.undecodable, found.retimed) == (8, 3, 0, 0)
    assert found.variable
    assert found.longest_gap_s == pytest.approx((300_000 - 39_514) / 90_000)
    assert found.duration_s == pytest.approx((2 * 300_000 - 39_514) / 90_000)
    assert found.fps == pytest.approx(8 / found.duration_s, abs=1e-6)
    assert found.ended_early == ""
