"""What each stage of a worker costs by itself, on every frame of a clip."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np

from benchmarks.pipeline import NoMeasurement
from benchmarks.timing import Cost, cost_of
from benchmarks.whole import captured_at
from services.inference.annotate import annotate
from services.inference.crop import crop_faces
from services.inference.detection import Detector
from services.inference.following import follow
from services.inference.observation import Observation
from services.inference.pictures import BgrImage, FrameViews, GreyImage, decode_jpeg, encode_jpeg
from services.inference.processor import Classifier, FrameProcessor
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import Box, Face

MANY = 8
"""Faces in the larger batch."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One frame with all that is known about it.

    Attributes:
        jpeg: as it comes.
        views: its pixels.
        t: captured at, Unix ns.
        tracks: the faces followed to the frame before.
        observation: what it shows.
        faces: what is said of it.
    """

    jpeg: bytes
    views: FrameViews
    t: int
    tracks: Tracks
    observation: Observation
    faces: tuple[Face, ...]

    @property
    def boxes(self) -> list[Box]:
        """Where its faces are."""
        return [seen.box for seen in self.observation.seen]


@dataclass(frozen=True, slots=True)
class StageCost:
    """What a stage costs."""

    stage: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of."""

    processor: FrameProcessor
    detectors: Mapping[str, Detector]
    classifier: Classifier
    jpeg_quality: int


def scenes(frames: Sequence[bytes], processor: FrameProcessor) -> Iterator[Scene]:
    """Yield every frame of a clip in which there is a face."""
    tracks = Tracks()
    for number, jpeg in enumerate(frames):
        pixels, t = decode_jpeg(jpeg), captured_at(number)
        observation = processor.observe(pixels, t, tracks, Stopwatch())
        before, (tracks, faces) = tracks, follow(tracks, observation)
        if observation.seen:
            yield Scene(jpeg, FrameViews(pixels, grey(pixels)), t, before, observation, faces)


def grey(pixels: BgrImage) -> GreyImage:
    """Return a frame in grey."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def stage_table(parts: Parts) -> dict[str, Callable[[Scene], object]]:
    """Return what is done in each stage."""

    def read(scene: Scene, faces: int) -> object:
        return parts.classifier.classify(crop_faces(scene.views.grey, scene.boxes[:1] * faces))

    def searches(name: str, detector: Detector) -> dict[str, Callable[[Scene], object]]:
        return {
            f"{name}: search whole": lambda scene: detector.search(scene.views),
            f"{name}: near one face": lambda scene: detector.search_near(scene.views, scene.boxes[:1]),
        }

    of_detectors = [searches(name, detector) for name, detector in parts.detectors.items()]

    return {
        "decode": lambda scene: decode_jpeg(scene.jpeg),
        "grey": lambda scene: grey(scene.views.bgr),
        **dict(chain.from_iterable(table.items() for table in of_detectors)),
        "crop and classify 1": lambda scene: read(scene, 1),
        f"crop and classify {MANY}": lambda scene: read(scene, MANY),
        "follow": lambda scene: follow(scene.tracks, scene.observation),
        # Drawn over again and again; that it looks the same the next time costs the same.
        "annotate": lambda scene: annotate(scene.views.bgr, scene.faces),
        "encode": lambda scene: encode_jpeg(scene.views.bgr, parts.jpeg_quality),
    }


def measure(frames: Sequence[bytes], parts: Parts) -> list[StageCost]:
    """Return the cost of every stage.

    Raises:
        NoMeasurement: no frame shows a face.
    """
    shown = list(scenes(frames, parts.processor))
    if not shown:
        raise NoMeasurement("no face was found in any frame")
    return [StageCost(stage, cost_of(work, shown)) for stage, work in stage_table(parts).items()]
