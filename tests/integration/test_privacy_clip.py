"""Blurred faces of the demo clip, as a worker publishes them: no detector and no model reads anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.inference.cascade import CascadeDetector
from services.inference.crop import crop_faces
from services.inference.heads import Labels
from services.inference.pictures import BgrImage, FrameViews, decode_jpeg, encode_jpeg
from services.inference.processors import Processors
from services.inference.recorded import RecordedWork
from services.inference.recorded_rota import RecordingRota
from services.inference.rota import Rota
from services.inference.rounds import Rounds
from services.inference.session import ExpressionModel
from services.inference.settings import InferenceSettings
from services.inference.wiring import build_processor
from services.inference.worker import Worker
from shared.entities import Box, Privacy
from shared.entries import frame_fields
from shared.health import Health
from shared.streams import Taken
from tests import made
from tests.fakes import FakeBroker, FakeClock, FakeRecordingStreams, FakeRegistry, FakeStreams

CLIP = Path(__file__).resolve().parents[2] / "services" / "capture" / "demo.mp4"

EVERY = 12
"""Frames of the clip from one that is looked at to the next: 35 of them, 0.4 s apart."""

NS_A_FRAME = 33_333_333

UNSURE = -1


@dataclass(frozen=True)
class Shown:
    """A frame before, and as it is published; with the faces of the one before."""

    plain: BgrImage
    published: BgrImage
    boxes: list[Box]


def clip() -> Iterator[BgrImage]:
    capture = cv2.VideoCapture(str(CLIP))
    number = 0
    while True:
        good, picture = capture.read()
        if not good:
            return
        if number % EVERY == 0:
            yield np.asarray(picture, np.uint8)
        number += 1


def views(picture: BgrImage) -> FrameViews:
    return FrameViews(picture, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))


def worker(streams: FakeStreams) -> Worker:
    health, clock = Health(), FakeClock()
    rota = Rota(lambda _: streams, lambda given: given.take("w1"))
    recordings = RecordingRota(FakeRecordingStreams, "w1")
    settings = InferenceSettings.load({"MIEN_PRIVACY": "blur"})
    processor = build_processor(settings)
    rounds = Rounds(
        "w1",
        rota=rota,
        recordings=recordings,
        registry=FakeRegistry("cam1"),
        clock=clock,
        health=health,
        privacy=settings.privacy,
    )
    return Worker(
        "w1",
        broker=FakeBroker(),
        clock=clock,
        rota=rota,
        rounds=rounds,
        recorded=RecordedWork(recordings, processor, rounds.count),
        processors=Processors(processor, lambda _: processor),
        jpeg_quality=settings.jpeg_quality,
        privacy=settings.privacy,
        health=health,
    )


@pytest.fixture(scope="module")
def detector() -> CascadeDetector:
    return CascadeDetector()


@pytest.fixture(scope="module")
def shown(detector: CascadeDetector) -> list[Shown]:
    streams = FakeStreams()
    blurring = worker(streams)
    found = []
    for number, plain in enumerate(clip()):
        t = 1_700_000_000_000_000_000 + number * EVERY * NS_A_FRAME
        frame = made.frame(number, t, encode_jpeg(plain, 90))
        fields = {
            name.encode(): value if isinstance(value, bytes) else value.encode()
            for name, value in frame_fields(frame).items()
        }
        blurring.handle(streams, Taken(f"{number}-0", fields, streams.stored))
        boxes = [detection.box for detection in detector.search(views(plain))]
        found.append(Shown(plain, decode_jpeg(streams.results[-1].jpeg), boxes))
    assert {result.privacy for result in streams.results} == {Privacy.BLUR}
    return found


def test_the_cascade_finds_no_face_in_what_is_published(
    shown: list[Shown], detector: CascadeDetector
) -> None:
    assert sum(bool(one.boxes) for one in shown) > 0.9 * len(shown)
    assert sum(bool(detector.search(views(one.published))) for one in shown) <= 0.01 * len(shown)


def read(shown: list[Shown], labels: Labels) -> list[tuple[int, int]]:
    """Return what is said of each face before it is blurred, and of what is published of it."""
    model = ExpressionModel(InferenceSettings.load({}).model, labels)

    def named(picture: BgrImage, boxes: list[Box]) -> list[int]:
        scores = model.classify(crop_faces(views(picture).grey, boxes))
        return [int(row.argmax()) if row.max() >= model.sure else UNSURE for row in scores]

    return [
        pair
        for one in shown
        if one.boxes
        for pair in zip(named(one.plain, one.boxes), named(one.published, one.boxes), strict=True)
    ]


@pytest.mark.parametrize("labels", ["fer2013", "ferplus"])
def test_the_model_says_the_same_of_a_blurred_face_in_a_quarter_of_them_at_most(
    shown: list[Shown], labels: Labels
) -> None:
    pairs = read(shown, labels)
    assert len({before for before, _ in pairs}) >= 4
    assert sum(before == after for before, after in pairs) <= 0.25 * len(pairs)
