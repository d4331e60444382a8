"""The heart of inference: a frame goes in, its faces come out; no I/O in it."""

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from services.inference.crop import Crops, crop_faces
from services.inference.detection import Detection, Detector
from services.inference.pictures import BgrImage, GreyImage
from services.inference.stopwatch import Stopwatch
from shared.entities import EXPRESSIONS, Face
from shared.errors import ModelError

Scores = NDArray[np.float32]
"""Probabilities [faces, 7], in the order of `EXPRESSIONS`; each row sums to 1."""


class Classifier(Protocol):
    """Reads expressions."""

    def classify(self, crops: Crops) -> Scores:
        """Return the scores of face crops, all in one run."""
        ...


class FrameProcessor:
    """Finds the faces of a frame and reads their expressions."""

    def __init__(self, detector: Detector, classifier: Classifier) -> None:
        self._detector = detector
        self._classifier = classifier

    def process(self, frame: BgrImage, stopwatch: Stopwatch) -> tuple[Face, ...]:
        """Return the faces of a frame [height, width, 3], the largest first.

        Raises:
            ModelError: the model's scores are no numbers.
        """
        with stopwatch.stage("detect"):
            grey: GreyImage = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
            detections = self._detector.detect(grey)
        if not detections:
            return ()
        with stopwatch.stage("classify"):
            crops = crop_faces(grey, [detection.box for detection in detections])
            scores = self._classifier.classify(crops)
        if not np.isfinite(scores).all():
            raise ModelError("the model's scores are no numbers")
        return tuple(_face(detection, row) for detection, row in zip(detections, scores, strict=True))


def _face(detection: Detection, row: Scores) -> Face:
    best = int(row.argmax())
    return Face(
        box=detection.box,
        expression=EXPRESSIONS[best],
        confidence=float(row[best]),
        scores={name: float(score) for name, score in zip(EXPRESSIONS, row, strict=True)},
    )
