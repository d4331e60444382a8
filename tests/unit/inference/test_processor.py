import numpy as np
import pytest

from services.inference.processor import FrameProcessor
from services.inference.stopwatch import Stopwatch
from shared.entities import EXPRESSIONS, Box, Face
from shared.errors import ModelError
from tests.fakes import FakeClassifier, FakeDetector

FRAME = np.zeros((100, 120, 3), np.uint8)
FRAME[50:] = 200
LARGE, SMALL = Box(0, 0, 50, 50), Box(60, 50, 20, 20)


def process(classifier: FakeClassifier, *boxes: Box) -> tuple[Face, ...]:
    return FrameProcessor(FakeDetector(*boxes), classifier).process(FRAME, Stopwatch())


def test_all_faces_of_a_frame_are_read_in_one_call() -> None:
    classifier = FakeClassifier()
    process(classifier, LARGE, SMALL)
    assert [batch.shape for batch in classifier.batches] == [(2, 48, 48, 1)]


def test_a_frame_without_faces_is_not_given_to_the_model() -> None:
    classifier = FakeClassifier()
    assert process(classifier) == ()
    assert classifier.batches == []


def test_faces_come_in_the_order_in_which_they_were_detected() -> None:
    assert [face.box for face in process(FakeClassifier(), LARGE, SMALL)] == [LARGE, SMALL]


def test_the_model_sees_the_grey_pixels_of_each_face() -> None:
    classifier = FakeClassifier()
    process(classifier, LARGE, SMALL)
    assert [int(crop.mean()) for crop in classifier.batches[0]] == [0, 200]


def test_colours_weigh_as_people_see_them() -> None:
    classifier = FakeClassifier()
    green = np.zeros_like(FRAME)
    green[:, :, 1] = 255
    FrameProcessor(FakeDetector(LARGE), classifier).process(green, Stopwatch())
    assert int(classifier.batches[0].mean()) == 150  # 0.587 of 255, ITU-R BT.601


def test_a_face_has_the_expression_with_the_highest_score() -> None:
    (face,) = process(FakeClassifier(0, 0, 0, 0.1, 0.6, 0.2, 0.1), LARGE)
    assert face.expression == "sad"
    assert face.confidence == pytest.approx(0.6)


def test_a_face_has_every_score_by_its_name() -> None:
    (face,) = process(FakeClassifier(0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.79), LARGE)
    assert tuple(face.scores) == EXPRESSIONS
    assert list(face.scores.values()) == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.79])


def test_scores_that_are_no_numbers_are_an_error() -> None:
    with pytest.raises(ModelError, match="scores are no numbers"):
        process(FakeClassifier(*[float("nan")] * 7), LARGE)


def test_a_face_is_not_followed_yet() -> None:
    assert process(FakeClassifier(), LARGE)[0].track is None


def test_the_frame_is_left_as_it_was() -> None:
    before = FRAME.copy()
    process(FakeClassifier(), LARGE)
    assert (before == FRAME).all()


@pytest.mark.parametrize(("boxes", "stages"), [((), {"detect"}), ((LARGE,), {"detect", "classify"})])
def test_each_stage_is_measured(boxes: tuple[Box, ...], stages: set[str]) -> None:
    stopwatch = Stopwatch()
    FrameProcessor(FakeDetector(*boxes), FakeClassifier()).process(FRAME, stopwatch)
    assert set(stopwatch.timings) == stages
