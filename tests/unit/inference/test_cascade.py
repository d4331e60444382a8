from pathlib import Path

import cv2
import numpy as np
import pytest

from services.inference.cascade import CASCADE, SECOND_CASCADE, TILTS, CascadeDetector
from services.inference.detection import Detection, Detector
from services.inference.pictures import FrameViews, GreyImage
from shared.entities import Box

NOISE = np.random.default_rng(5)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return CascadeDetector()


def views(grey: GreyImage) -> FrameViews:
    return FrameViews(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8), grey)


def search(detector: Detector, grey: GreyImage) -> list[Detection]:
    return detector.search(views(grey))


def tilted(grey: GreyImage, degrees: float) -> GreyImage:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def overlap(one: Box, other: Box) -> float:
    width = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    height = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    both = max(0, width) * max(0, height)
    return both / (one.w * one.h + other.w * other.h - both)


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
    found = search(detector, grey_people)
    assert found
    assert all(within(detection.box, grey_people) for detection in found)


def test_the_largest_face_comes_first(detector: Detector, grey_people: GreyImage) -> None:
    half = resized(grey_people, grey_people.shape[1] // 2, grey_people.shape[0] // 2)
    both = np.zeros((grey_people.shape[0] + half.shape[0], grey_people.shape[1]), np.uint8)
    both[: half.shape[0], : half.shape[1]] = half
    both[half.shape[0] :] = grey_people
    widths = [detection.box.w for detection in search(detector, both)]
    assert len(widths) >= 2
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.5, 2.0, 3.0])
def test_a_face_is_found_at_the_same_place_in_every_size(
    detector: Detector, grey_people: GreyImage, scale: float
) -> None:
    expected = search(detector, grey_people)[0].box
    scaled = resized(grey_people, round(grey_people.shape[1] * scale), round(grey_people.shape[0] * scale))
    found = [detection.box for detection in search(detector, scaled)]
    assert all(within(box, scaled) for box in found)
    x, y = middle(expected)
    near = [box for box in found if np.hypot(*np.subtract(middle(box), (x * scale, y * scale))) < box.w / 4]
    assert near


def test_a_face_is_found_in_a_picture_that_is_higher_than_wide(
    detector: Detector, grey_people: GreyImage
) -> None:
    upright = portrait(grey_people, search(detector, grey_people)[0].box)
    assert upright.shape[0] > upright.shape[1]
    found = search(detector, upright)
    assert found
    assert all(within(detection.box, upright) for detection in found)


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 500), (500, 1), (16, 16), (19, 19), (20, 20), (21, 1_000), (48, 64), (241, 1_200)]
)
def test_a_picture_of_any_shape_is_searched(detector: Detector, shape: tuple[int, int]) -> None:
    grey = NOISE.integers(0, 256, shape, dtype=np.uint8)
    assert all(within(detection.box, grey) for detection in search(detector, grey))


def test_an_even_picture_has_no_face(detector: Detector) -> None:
    assert search(detector, np.full((480, 640), 128, np.uint8)) == []


def test_the_picture_is_left_as_it_was(detector: Detector, grey_people: GreyImage) -> None:
    before = grey_people.copy()
    search(detector, grey_people)
    assert (grey_people == before).all()


@pytest.mark.parametrize("degrees", [-20, 20])
def test_tilted_heads_are_found(detector: Detector, grey_people: GreyImage, degrees: float) -> None:
    upright = search(detector, grey_people)
    found = search(detector, tilted(grey_people, degrees))
    assert len(found) == len(upright)


@pytest.mark.parametrize("degrees", [-9.0, 0.0, 9.0])
def test_a_face_is_found_once_however_it_is_tilted(
    detector: Detector, grey_people: GreyImage, degrees: float
) -> None:
    boxes = [detection.box for detection in search(detector, tilted(grey_people, degrees))]
    assert len(boxes) == len(search(detector, grey_people))
    assert all(overlap(one, other) < 0.1 for one in boxes for other in boxes if one is not other)


def test_a_face_is_found_again_near_where_it_was(detector: Detector, grey_people: GreyImage) -> None:
    before = [detection.box for detection in search(detector, grey_people)]
    moved = [Box(box.x + box.w // 8, box.y - box.h // 8, box.w, box.h) for box in before]
    found = detector.search_near(views(grey_people), moved)
    assert len(found) == len(before)
    for detection, box in zip(found, before, strict=True):
        assert detection is not None
        assert overlap(detection.box, box) > 0.6


@pytest.mark.parametrize("degrees", [*TILTS, -20.0, 20.0])
def test_a_tilted_head_is_found_again_near_where_it_was(
    detector: Detector, grey_people: GreyImage, degrees: float
) -> None:
    picture = tilted(grey_people, degrees)
    boxes = [detection.box for detection in search(detector, picture)]
    found = detector.search_near(views(picture), boxes)
    assert boxes
    assert all(
        detection and overlap(detection.box, box) > 0.5 for detection, box in zip(found, boxes, strict=True)
    )


def test_near_a_place_without_a_face_there_is_none(detector: Detector) -> None:
    grey = NOISE.integers(0, 256, (480, 640), dtype=np.uint8)
    places = [Box(0, 0, 80, 80), Box(600, 440, 40, 40), Box(200, 100, 300, 300), Box(639, 479, 1, 1)]
    assert detector.search_near(views(grey), places) == [None] * len(places)


def test_without_expected_faces_nothing_is_searched(detector: Detector, grey_people: GreyImage) -> None:
    assert detector.search_near(views(grey_people), []) == []


def test_the_cascades_come_with_opencv() -> None:
    found = {path.name for path in Path(cv2.data.haarcascades).glob("haarcascade_frontalface_*.xml")}
    assert {CASCADE, SECOND_CASCADE} <= found
