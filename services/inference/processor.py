"""The heart of inference: a frame, its time and the tracks go in, faces and tracks come out; no I/O in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from services.inference.alignment import crop_upright
from services.inference.association import SAME, match, overlap
from services.inference.continuity import continued
from services.inference.crop import Crops
from services.inference.detection import Detection, Detector
from services.inference.following import NOBODY, follow, lost_places
from services.inference.honesty import SURE
from services.inference.motion import centre, predicted, within
from services.inference.observation import Observation, Seen
from services.inference.pictures import BgrImage, FrameViews
from services.inference.policy import BY_TIME, Policy
from services.inference.quality import quality
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Track, Tracks
from shared.entities import Box, Face
from shared.errors import ModelError

__all__ = ["Classifier", "FrameProcessor", "Scores", "follow", "lost_places"]

APART = 0.1
"""Two boxes that share less of their union are surely two faces."""

NOTHING: Mapping[str, str] = {}

Scores = NDArray[np.float32]
"""Probabilities [faces, 7], in the order of `EXPRESSIONS`; each row sums to 1."""


class Classifier(Protocol):
    """Reads expressions."""

    def classify(self, crops: Crops) -> Scores:
        """Return the scores of face crops, all in one run."""
        ...


class FrameProcessor:
    """Finds the faces of a frame, reads their expressions and follows them.

    Attributes:
        depends_on: what its answers depend on besides the frame, by name.
    """

    depends_on: Mapping[str, str] = NOTHING

    def __init__(
        self,
        detector: Detector,
        classifier: Classifier,
        *,
        policy: Policy = BY_TIME,
        sure: float = SURE,
        depends_on: Mapping[str, str] = NOTHING,
    ) -> None:
        """Put them together; an expression is named from a highest score of `sure`."""
        self.depends_on = depends_on
        self._detector = detector
        self._classifier = classifier
        self._policy = policy
        self._sure = sure

    def thorough(self) -> "FrameProcessor":
        """Return one that differs in nothing but that it searches each frame whole."""
        return self._with(replace(self._policy, search_always=True))

    def among(self, cameras: int) -> "FrameProcessor":
        """Return one that differs in nothing but how often it looks for newcomers, with so many cameras."""
        return self._with(self._policy.among(cameras))

    def _with(self, policy: Policy) -> "FrameProcessor":
        if policy == self._policy:
            return self
        return FrameProcessor(
            self._detector, self._classifier, policy=policy, sure=self._sure, depends_on=self.depends_on
        )

    def process(
        self,
        frame: BgrImage,
        t: int,
        tracks: Tracks,
        stopwatch: Stopwatch,
        commands: Mapping[int, int] = NOBODY,
    ) -> tuple[tuple[Face, ...], Tracks]:
        """Return the faces of a frame [height, width, 3], the largest first, and the tracks after it.

        Args:
            frame: its pixels; they are left as they are.
            t: captured at, Unix ns; for a picture that stands alone any time will do.
            tracks: the faces followed until now; `Tracks()` for a picture that stands alone.
            stopwatch: measures the stages.
            commands: see `follow`.

        Raises:
            ModelError: the model's scores are no numbers.
        """
        observation = self.observe(frame, t, tracks, stopwatch)
        with stopwatch.stage("follow"):
            after, faces = follow(continued(tracks, t, observation.size), observation, commands)
        return faces, after

    def observe(self, frame: BgrImage, t: int, tracks: Tracks, stopwatch: Stopwatch) -> Observation:
        """Return what a frame [height, width, 3] of time `t`, Unix ns, shows.

        Faces are looked for near where the tracks lead one to expect them, and at times everywhere.

        Raises:
            ModelError: the model's scores are no numbers.
        """
        size = (frame.shape[1], frame.shape[0])
        tracks = continued(tracks, t, size)
        with stopwatch.stage("detect"):
            views = FrameViews(frame, np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8))
            detections, searched = self._find(views, t, tracks, size)
        if not detections:
            return Observation(t, (), searched, size, self._sure)
        with stopwatch.stage("classify"):
            due, unread = self._due(detections, tracks, t)
            seen = self._read(views, due) if due else ()
        return Observation(t, seen, searched, size, self._sure, unread)

    def _find(
        self, views: FrameViews, t: int, tracks: Tracks, size: tuple[int, int]
    ) -> tuple[list[Detection], bool]:
        expected = [(track, box) for track in tracks.tracks if (box := within(predicted(track, t), size))]
        # A whole search is coarse, and a glance more so: both only add to what is found where it is expected.
        found, missed = self._near(views, expected)
        after_all = self._policy.search_after_all(tracks, [track for track, _ in missed], t)
        searched = self._policy.search_first(tracks, t) or after_all
        if searched:
            found = _distinct([*found, *self._detector.search(self._beside(views, found))])
        elif self._policy.glance(tracks, t):
            others = self._detector.glance(self._beside(views, found))
            found = _distinct([*found, *(other for other in others if _is_apart(other.box, found))])
        if len(found) < len(expected):
            found = _distinct([*found, *self._turned(views, t, missed, found)])
        return found, searched

    def _beside(self, views: FrameViews, found: Sequence[Detection]) -> FrameViews:
        """Return a frame in which to look for others; all of it where none may be missed beneath another."""
        if not found or self._policy.search_always:
            return views
        return views.without(one.box for one in found)

    def _near(
        self, views: FrameViews, expected: Sequence[tuple[Track, Box]]
    ) -> tuple[list[Detection], list[tuple[Track, Box]]]:
        """Return the faces found near their places, and those places where none is.

        A face beside which another one is hidden is found from both their places; it is the nearer one's.
        """
        if not expected:
            return [], []
        answers = self._detector.search_near(views, [box for _, box in expected])
        near: list[Detection] = []
        missed: list[tuple[Track, Box]] = []
        for place, answer in sorted(zip(expected, answers, strict=True), key=_off):
            if answer is None or _among(answer.box, near):
                missed.append(place)
            else:
                near.append(answer)
        return near, missed

    def _turned(
        self, views: FrameViews, t: int, missed: Sequence[tuple[Track, Box]], found: Sequence[Detection]
    ) -> list[Detection]:
        """Return the heads that turned away where faces were, apart from all that was found."""
        size = (views.grey.shape[1], views.grey.shape[0])
        # Where they were last: a head that turns moves its face, and then no further.
        last = [within(track.box, size) for track, _ in missed if self._policy.search_turned(track, t)]
        places = [box for box in last if box is not None]
        answers = self._detector.search_turned(views, places) if places else []
        return [answer for answer in answers if answer is not None and _is_apart(answer.box, found)]

    def _due(
        self, detections: list[Detection], tracks: Tracks, t: int
    ) -> tuple[list[Detection], tuple[Box, ...]]:
        """Return the detections that are to be read, and the places of the others."""
        owners = match(tracks.tracks, [found.box for found in detections], t)
        due: list[Detection] = []
        unread: list[Box] = []
        for found, owner in zip(detections, owners, strict=True):
            if found.turned or owner is None or self._policy.read(tracks.tracks[owner], t):
                due.append(found)
            else:
                unread.append(found.box)
        return due, tuple(unread)

    def _read(self, views: FrameViews, detections: list[Detection]) -> tuple[Seen, ...]:
        crops = crop_upright(views.grey, detections)
        scores = self._classifier.classify(crops)
        if not np.isfinite(scores).all():
            raise ModelError("the model's scores are no numbers")
        return tuple(
            Seen(found.box, tuple(map(float, row)), quality(crop[:, :, 0], found), crop.tobytes())
            for found, row, crop in zip(detections, scores, crops, strict=True)
        )


def _off(asked: tuple[tuple[Track, Box], Detection | None]) -> float:
    (_, box), answer = asked
    return math.inf if answer is None else math.dist(centre(box), centre(answer.box))


def _among(box: Box, detections: Sequence[Detection]) -> bool:
    return any(overlap(box, detection.box) > SAME for detection in detections)


def _is_apart(box: Box, detections: Sequence[Detection]) -> bool:
    # The side of a face looks like a head that is turned, too.
    return all(overlap(box, detection.box) < APART for detection in detections)


def _distinct(detections: Sequence[Detection]) -> list[Detection]:
    """Return detections without those of a face that another has found as well, the largest first."""
    kept: list[Detection] = []
    for detection in detections:
        if not _among(detection.box, kept):
            kept.append(detection)
    return sorted(kept, key=lambda detection: -detection.box.w)
