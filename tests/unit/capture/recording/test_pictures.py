"""What is published of a frame is what the video shows."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg

from services.capture.recording import pictures
from services.capture.recording.pictures import Pictures, published
from services.capture.recording.reader import Reader, ReadFrame
from services.capture.recording.turning import Turn
from tests.made_videos import STEADY, drawn, number_in, write_video


def test_faces_are_seen_in_nearly_the_grey_of_the_video(tmp_path: Path) -> None:
    path = write_video(tmp_path / "video.mp4", [0], options={"qp": "0"}, pixels="yuv420p")
    with Reader(path) as reader:
        [frame] = published(reader)

    published_grey = simplejpeg.decode_jpeg(frame.jpeg, colorspace="GRAY")[..., 0].astype(int)
    assert np.abs(published_grey - cv2.cvtColor(drawn(0), cv2.COLOR_BGR2GRAY)).mean() < 2


def test_the_same_video_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write_video(tmp_path / "video.mp4")
    with Reader(path) as first, Reader(path) as second:
        assert list(published(first)) == list(published(second))


@pytest.mark.parametrize("size", [(322, 242), (640, 480)])
def test_frames_are_published_in_their_own_size_and_order(tmp_path: Path, size: tuple[int, int]) -> None:
    with Reader(write_video(tmp_path / "video.mp4", size=size)) as reader:
        frames = list(published(reader))

    assert [number_in(frame.jpeg) for frame in frames] == list(range(len(STEADY)))
    assert {(frame.width, frame.height) for frame in frames} == {size}
    assert {simplejpeg.decode_jpeg_header(frame.jpeg)[1::-1] for frame in frames} == {size}


def test_a_frame_that_was_not_decoded_is_published_without_a_picture() -> None:
    lost = ReadFrame(7, 123, (640, 480), Turn(), None)

    [frame] = published([lost])

    assert (frame.index, frame.t, frame.width, frame.height, frame.jpeg) == (7, 123, 640, 480, b"")


def test_a_frame_that_is_larger_than_workers_take_is_published_without_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "fits", lambda width, _: width < 320)
    with Reader(write_video(tmp_path / "video.mp4", [0])) as reader:
        assert Pictures().publish(next(iter(reader))).jpeg == b""


def test_no_more_than_one_frame_is_read_ahead(tmp_path: Path) -> None:
    with Reader(write_video(tmp_path / "video.mp4")) as reader:
        frames = published(reader)
        next(frames)

        assert reader.frames == 2
        frames.close()
