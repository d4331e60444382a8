from pathlib import Path

import cv2
import pytest

from benchmarks import clip
from services.capture.sources import open_source
from services.inference.cascade import CascadeDetector
from services.inference.pictures import FrameViews, decode_jpeg


def faces(jpeg: bytes) -> list[tuple[int, int, int, int]]:
    pixels = decode_jpeg(jpeg)
    views = FrameViews(pixels, cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))  # type: ignore[arg-type]
    return [tuple(found.box) for found in CascadeDetector().search(views)]  # type: ignore[misc]


def test_the_clip_shows_one_face_that_moves() -> None:
    frames = clip.jpegs(91)
    found = [faces(frame) for frame in frames[::30]]
    assert [len(boxes) for boxes in found] == [1, 1, 1, 1]
    assert max(boxes[0][0] for boxes in found) - min(boxes[0][0] for boxes in found) > 50


def test_the_clip_is_the_same_each_time() -> None:
    assert clip.jpegs(2) == clip.jpegs(2)


def test_the_clip_goes_on_when_the_demo_clip_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = list(zip(clip.demo_pictures(), range(2), strict=False))
    monkeypatch.setattr(clip, "demo_pictures", lambda: (picture for picture, _ in pictures))
    assert len(clip.jpegs(5)) == 5


def test_a_written_clip_can_be_a_camera(tmp_path: Path) -> None:
    video = tmp_path / "clip.avi"
    clip.write_video(clip.jpegs(3), video, fps=60)
    source = open_source(str(video))
    try:
        assert source.fps == 60
        assert source.read().shape == (480, 640, 3)
    finally:
        source.close()


def test_a_clip_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere/clip\.avi: cannot be written"):
        clip.write_video([], tmp_path / "nowhere" / "clip.avi")
