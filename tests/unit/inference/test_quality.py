import cmath
import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.inference.cascade import CascadeDetector
from services.inference.crop import crop_faces
from services.inference.detection import Detection, Landmarks
from services.inference.pictures import BgrImage, FrameViews, GreyImage
from services.inference.quality import Quality, faults, quality
from shared.entities import REASONS, Box

Crop = NDArray[np.uint8]
BOX = Box(0, 0, 120, 120)
UPRIGHT: Landmarks = ((35.0, 50.0), (85.0, 50.0), (60.0, 75.0), (42.0, 95.0), (78.0, 95.0))


@pytest.fixture(scope="module")
def crop(people: BgrImage, grey_people: GreyImage) -> Crop:
    """The crop of a real face."""
    found = CascadeDetector().search(FrameViews(people, grey_people))
    return crop_faces(grey_people, [found[0].box])[0, :, :, 0]


def told(crop: Crop, box: Box = BOX, landmarks: Landmarks | None = None) -> list[str]:
    marks = faults(quality(crop, Detection(box, 1.0, landmarks)))
    return [reason for reason, fault in zip(REASONS[1:], marks, strict=True) if fault]


def darkened(crop: Crop, to: float) -> Crop:
    noise = np.random.default_rng(2).normal(0, 3, crop.shape)
    return np.clip(crop * to + noise, 0, 255).astype(np.uint8)


def blurred(crop: Crop, pixels: float) -> Crop:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), pixels), np.uint8)


def turned(by: float) -> Landmarks:
    """Landmarks of a head whose nose is moved to a side by a part of half of its eyes' distance."""
    left, right, nose, *mouth = UPRIGHT
    return (left, right, (nose[0] + by * 25, nose[1]), *mouth)


def tilted(landmarks: Landmarks, degrees: float) -> Landmarks:
    turned = [cmath.rect(1, math.radians(degrees)) * complex(x, y) for x, y in landmarks]
    return tuple((point.real, point.imag) for point in turned)


def test_a_good_face_has_no_fault(crop: Crop) -> None:
    assert told(crop, landmarks=UPRIGHT) == []


@pytest.mark.parametrize(("side", "reasons"), [(20, ["small"]), (35, ["small"]), (36, []), (200, [])])
def test_a_face_of_few_pixels_is_small(crop: Crop, side: int, reasons: list[str]) -> None:
    assert told(crop, Box(5, 5, side, side + 9)) == reasons


@pytest.mark.parametrize("to", [0.05, 0.2, 0.3])
def test_a_face_without_light_is_dark(crop: Crop, to: float) -> None:
    assert told(darkened(crop, to)) == ["dark"]


def test_a_face_in_less_light_is_not(crop: Crop) -> None:
    assert told(darkened(crop, 0.6)) == []


@pytest.mark.parametrize("pixels", [2.0, 3.0, 6.0])
def test_a_face_without_fine_detail_is_blurred(crop: Crop, pixels: float) -> None:
    assert told(blurred(crop, pixels)) == ["blurred"]


def test_a_face_that_was_enlarged_a_little_is_not(crop: Crop) -> None:
    small = cv2.resize(crop, (38, 38), interpolation=cv2.INTER_AREA)
    assert told(np.asarray(cv2.resize(small, (48, 48)), np.uint8)) == []


def test_an_even_patch_is_blurred_whatever_its_noise() -> None:
    assert "blurred" in told(np.full((48, 48), 128, np.uint8))


@pytest.mark.parametrize("by", [-1.4, -0.8, 0.8, 1.4])
@pytest.mark.parametrize("degrees", [0, 25, -40])
def test_a_turned_head_is_turned_however_it_is_tilted(crop: Crop, by: float, degrees: float) -> None:
    assert told(crop, landmarks=tilted(turned(by), degrees)) == ["turned"]


@pytest.mark.parametrize("by", [-0.4, 0.0, 0.4])
def test_a_head_that_looks_a_little_aside_is_not(crop: Crop, by: float) -> None:
    assert told(crop, landmarks=turned(by)) == []


def test_eyes_in_one_place_are_those_of_a_profile(crop: Crop) -> None:
    assert told(crop, landmarks=(UPRIGHT[0], UPRIGHT[0], *UPRIGHT[2:])) == ["turned"]


def test_a_head_that_its_detector_knows_from_the_side_is_turned(crop: Crop) -> None:
    marks = faults(quality(crop, Detection(BOX, 1.0, turned=True)))
    assert marks == (False, False, False, True)


def test_the_numbers_are_plain(crop: Crop) -> None:
    plain = quality(crop, Detection(BOX, 1.0, UPRIGHT))
    assert isinstance(plain, Quality)
    assert plain.turn == pytest.approx(0)
