"""The clip that ships: small, seamless, and with two faces that can be found."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

import services.capture
from services.capture.picture import BgrImage
from services.capture.sources import open_source

_CLIP = Path(services.capture.__file__).with_name("demo.mp4")
_CASCADES = Path(cv2.__file__).with_name("data")
_EVERY = 6  # frames; five samples a second


@pytest.fixture(scope="module")
def frames() -> list[BgrImage]:
    return list(_frames())


def _frames() -> Iterator[BgrImage]:
    capture = cv2.VideoCapture(str(_CLIP))
    while True:
        ok, frame = capture.read()
        if not ok:
            return
        yield frame.astype(np.uint8)


@pytest.mark.parametrize("cascade", ["haarcascade_frontalface_default", "haarcascade_frontalface_alt2"])
def test_the_cascade_finds_both_faces_in_nearly_every_frame(frames: list[BgrImage], cascade: str) -> None:
    detector = cv2.CascadeClassifier(str(_CASCADES / f"{cascade}.xml"))
    counts = []
    for frame in frames[::_EVERY]:
        small = cv2.resize(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), None, fx=0.5, fy=0.5)
        counts.append(len(detector.detectMultiScale(small, 1.2, 4, minSize=(40, 40))))

    assert np.mean(np.array(counts) >= 2) >= 0.95


def test_the_clip_is_small_and_of_a_cameras_size_and_rate(frames: list[BgrImage]) -> None:
    assert _CLIP.stat().st_size < 2_000_000
    assert frames[0].shape == (480, 640, 3)
    source = open_source("demo:")
    assert source.fps == 30
    source.close()


def test_the_loop_has_no_seam(frames: list[BgrImage]) -> None:
    steps = [_difference(a, b) for a, b in pairwise(frames)]

    assert _difference(frames[-1], frames[0]) <= 1.5 * max(steps)


def _difference(a: BgrImage, b: BgrImage) -> float:
    return float(cv2.absdiff(a, b).mean())
