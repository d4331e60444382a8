from math import cos, radians, sin

import cv2
import numpy as np
import pytest

from services.inference.alignment import LEAST_ROLL, crop_upright, roll
from services.inference.crop import crop_faces
from services.inference.detection import Detection, Landmarks
from services.inference.pictures import GreyImage
from shared.entities import Box

POINTS = ((-30, -25), (30, -25), (0, 5), (-22, 35), (22, 35))
"""A face's landmarks from its middle."""

MIDDLE = (200, 150)
BOX = Box(MIDDLE[0] - 80, MIDDLE[1] - 80, 160, 160)


def landmarks(degrees: float) -> Landmarks:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return tuple((MIDDLE[0] + c * x - s * y, MIDDLE[1] + s * x + c * y) for x, y in POINTS)


def drawn(degrees: float) -> GreyImage:
    grey = np.full((300, 400), 90, np.uint8)
    for x, y in landmarks(degrees):
        cv2.circle(grey, (round(x), round(y)), 9, 220, -1)
    return grey


def middles(crop: GreyImage) -> list[tuple[float, float]]:
    """Return the middles of the bright spots of a crop, from the top down, in pixels."""
    _, _, _, found = cv2.connectedComponentsWithStats((crop > 150).astype(np.uint8))
    return sorted(((float(x), float(y)) for x, y in found[1:]), key=lambda point: point[1])


@pytest.mark.parametrize("degrees", [-40.0, -3.0, 0.0, 12.5, 75.0])
def test_the_roll_is_the_slope_from_eye_to_eye(degrees: float) -> None:
    assert roll(landmarks(degrees)) == pytest.approx(degrees)


@pytest.mark.parametrize("degrees", [-40.0, -20.0, 20.0, 40.0])
def test_a_tilted_face_is_turned_upright(degrees: float) -> None:
    expected = middles(crop_faces(drawn(0), [BOX])[0, :, :, 0])
    crops = crop_upright(drawn(degrees), [Detection(BOX, 1.0, landmarks(degrees))])
    assert crops.shape == (1, 48, 48, 1)
    found = middles(crops[0, :, :, 0])
    assert len(found) == len(expected) == 5
    assert sorted(found) == [pytest.approx(point, abs=1.0) for point in sorted(expected)]


@pytest.mark.parametrize("degrees", [0.0, 0.8 * LEAST_ROLL, -0.8 * LEAST_ROLL])
def test_a_face_that_is_hardly_tilted_stays_as_it_is(degrees: float) -> None:
    grey = drawn(degrees)
    crops = crop_upright(grey, [Detection(BOX, 1.0, landmarks(degrees))])
    assert (crops == crop_faces(grey, [BOX])).all()


def test_without_landmarks_a_face_stays_as_it_is() -> None:
    grey = drawn(40)
    assert (crop_upright(grey, [Detection(BOX, 1.0)]) == crop_faces(grey, [BOX])).all()


def test_each_face_is_turned_by_its_own_tilt() -> None:
    grey = drawn(30)
    tilted, upright = Detection(BOX, 1.0, landmarks(30)), Detection(BOX, 1.0, landmarks(0))
    crops = crop_upright(grey, [upright, tilted])
    assert (crops[0] == crop_faces(grey, [BOX])[0]).all()
    assert (crops[1] == crop_upright(grey, [tilted])[0]).all()


def test_a_tilted_face_at_the_frames_edge_is_filled_with_the_edges_grey() -> None:
    grey = np.full((100, 100), 77, np.uint8)
    corner = Box(0, 0, 60, 60)
    points = tuple((x - 150, y - 100) for x, y in landmarks(30))
    assert (crop_upright(grey, [Detection(corner, 1.0, points)]) == 77).all()
