from pathlib import Path

import cv2
import numpy as np
import pytest

from services.capture.recording.again import pictures_of
from shared.errors import SourceError


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for step in range(6):
        writer.write(np.full((48, 64, 3), 40 * step, np.uint8))
    writer.release()
    return path


def test_the_pictures_are_those_that_were_published_at_their_times(clip: Path) -> None:
    found = [(index, t, int(pixels.mean())) for index, t, pixels in pictures_of(clip, 2)]
    assert [index for index, *_ in found] == [0, 2, 4]
    assert [t for _, t, _ in found] == [0, 200_000_000, 400_000_000]
    assert [grey for *_, grey in found] == pytest.approx([0, 80, 160], abs=4)


def test_each_picture_may_be_drawn_into(clip: Path) -> None:
    for _, _, pixels in pictures_of(clip, 1):
        pixels[:] = 0


def test_a_video_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.mp4"):
        next(pictures_of(tmp_path / "gone.mp4", 1))
