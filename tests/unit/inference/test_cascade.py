from pathlib import Path

import cv2
import numpy as np
import pytest

from services.inference.cascade import CascadeDetector
from services.inference.detection import Detector
from services.inference.pictures import GreyImage
from shared.entities import Box

NOISE = np.random.default_rng(5)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return CascadeDetector()


def resized(grey: GreyImage, width: int, height: int) -> GreyImage:
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def portrait(grey: GreyImage, box: Box) -> GreyImage:
    """Return a picture that is higher than wide around a face."""
    side = min(box.w * 2, grey.shape[0] // 2, grey.shape[1])
    left = max(0, min(box.x + box.w // 2 - side // 2, grey.shape[1] - side))
    top = max(0, min(box.y + box.h // 2 - side // 2, grey.shape[0] - side))
    cut = grey[top : top + side, left : left + side]
    return np.vstack([cut, np.full_like(cut, int(cut.mean()))])


def within(box: Box, grey: GreyImage) -> bool:
    height, width = grey.shape
    return (
        box.x >= 0
        and box.y >= 0
        and box.w > 0
        and box.h > 0
        and box.x + box.w <= width
        and box.y + box.h <= height
    )


def middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def test_the_demos_face_is_found(detector: Detector, grey_people: GreyImage) -> None:
    found = detector.detect(grey_people)
    assert found
    assert all(within(detection.box, grey_people) for detection in found)


def test_the_largest_face_comes_first(detector: Detector, grey_people: GreyImage) -> None:
    half = resized(grey_people, grey_people.shape[1] // 2, grey_people.shape[0] // 2)
    both = np.zeros((grey_people.shape[0] + half.shape[0], grey_people.shape[1]), np.uint8)
    both[: half.shape[0], : half.shape[1]] = half
    both[half.shape[0] :] = grey_people
    widths = [detection.box.w for detection in detector.detect(both)]
    assert len(widths) >= 2
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.5, 2.0, 3.0])
def test_a_face_is_found_at_the_same_place_in_every_size(
    detector: Detector, grey_people: GreyImage, scale: float
) -> None:
    expected = detector.detect(grey_people)[0].box
    scaled = resized(grey_people, round(grey_people.shape[1] * scale), round(grey_people.shape[0] * scale))
    found = [detection.box for detection in detector.detect(scaled)]
    assert all(within(box, scaled) for box in found)
    x, y = middle(expected)
    near = [box for box in found if np.hypot(*np.subtract(middle(box), (x * scale, y * scale))) < box.w / 4]
    assert near


def test_a_face_is_found_in_a_picture_that_is_higher_than_wide(
    detector: Detector, grey_people: GreyImage
) -> None:
    upright = portrait(grey_people, detector.detect(grey_people)[0].box)
    assert upright.shape[0] > upright.shape[1]
    found = detector.detect(upright)
    assert found
    assert all(within(detection.box, upright) for detection in found)


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 500), (500, 1), (16, 16), (19, 19), (20, 20), (21, 1_000), (48, 64), (241, 1_200)]
)
def test_a_picture_of_any_shape_is_searched(detector: Detector, shape: tuple[int, int]) -> None:
    grey = NOISE.integers(0, 256, shape, dtype=np.uint8)
    assert all(within(detection.box, grey) for detection in detector.detect(grey))


def test_an_even_picture_has_no_face(detector: Detector) -> None:
    assert detector.detect(np.full((480, 640), 128, np.uint8)) == []


def test_the_picture_is_left_as_it_was(detector: Detector, grey_people: GreyImage) -> None:
    before = grey_people.copy()
    detector.detect(grey_people)
    assert (grey_people == before).all()


def test_the_cascade_comes_with_opencv() -> None:
    assert list(Path(cv2.data.haarcascades).glob("haarcascade_frontalface_alt2.xml"))
