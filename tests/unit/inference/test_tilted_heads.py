from collections.abc import Sequence

import numpy as np

from services.inference.crop import crop_faces
from services.inference.detection import Detection, Landmarks
from services.inference.pictures import FrameViews
from services.inference.processor import FrameProcessor
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import Box
from tests.fakes import FakeClassifier

BOX = Box(20, 20, 96, 96)
UPRIGHT: Landmarks = ((50, 55), (86, 55), (68, 72), (55, 90), (81, 90))
LYING: Landmarks = ((81, 50), (81, 86), (64, 68), (46, 55), (46, 81))
"""Turned by a quarter, clockwise."""

FRAME = np.zeros((140, 140, 3), np.uint8)
FRAME[:, :68] = 200


class Landmarked:
    """A detector that finds one face with landmarks."""

    def __init__(self, landmarks: Landmarks) -> None:
        self._face = Detection(BOX, 1.0, landmarks)

    def search(self, frame: FrameViews) -> list[Detection]:
        return [self._face]

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        return [self._face for _ in boxes]

    def glance(self, frame: FrameViews) -> list[Detection]:
        return []

    def search_turned(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        return [None] * len(boxes)


def seen(landmarks: Landmarks) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the crop that the model is given of a face in a frame that is bright on the left."""
    classifier = FakeClassifier()
    FrameProcessor(Landmarked(landmarks), classifier).process(FRAME, 1, Tracks(), Stopwatch())
    return classifier.batches[0][0, :, :, 0]


def test_an_upright_face_is_given_to_the_model_as_it_is() -> None:
    assert (seen(UPRIGHT) == crop_faces(FRAME[:, :, 0], [BOX])[0, :, :, 0]).all()


def test_a_lying_face_is_given_to_the_model_upright() -> None:
    # What is left of a head that lies on its right is below its mouth.
    crop = seen(LYING)
    assert crop[:20].max() == 0
    assert crop[28:].min() == 200
