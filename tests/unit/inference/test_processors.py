import numpy as np
import pytest

from services.inference.policy import EVERY_FRAME, Policy
from services.inference.processor import FrameProcessor
from services.inference.processors import Processors
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import Labels, Privacy
from shared.errors import ModelError
from tests.fakes import FakeClassifier, FakeDetector

FRAME = np.zeros((48, 64, 3), np.uint8)
JUST_SEARCHED = Tracks(t=1, searched=1)


class Bench:
    """Processors around one of FER2013's labels; the model lacks none but `lacking`."""

    def __init__(self, lacking: str = "") -> None:
        self.own = self._processor("fer2013")
        self.built: list[Labels] = []
        self._lacking = lacking
        self.processors = Processors(self.own, self._build)

    def _processor(self, labels: str) -> FrameProcessor:
        return FrameProcessor(FakeDetector(), FakeClassifier(), depends_on={"labels": labels})

    def _build(self, labels: Labels) -> FrameProcessor:
        self.built.append(labels)
        if labels == self._lacking:
            raise ModelError("model m.onnx has no such output")
        return self._processor(labels)


def searched(processor: FrameProcessor) -> bool:
    return processor.observe(FRAME, 2, JUST_SEARCHED, Stopwatch()).searched


def test_a_frame_that_asks_for_nothing_gets_the_workers_own() -> None:
    bench = Bench()
    assert bench.processors.of(Privacy.OFF, None) is bench.own
    assert bench.processors.of(Privacy.NUMBERS, "fer2013") is bench.own
    assert bench.built == []


def test_where_faces_are_blurred_frames_are_searched_whole_whichever_labels() -> None:
    bench = Bench()
    assert not searched(bench.processors.of(Privacy.OFF, "ferplus"))
    assert searched(bench.processors.of(Privacy.BLUR, "ferplus"))
    assert searched(bench.processors.of(Privacy.BLUR, None))


def test_one_that_searches_each_frame_whole_already_is_thorough() -> None:
    processor = FrameProcessor(FakeDetector(), FakeClassifier(), policy=EVERY_FRAME)
    assert processor.thorough() is processor


def test_each_is_made_once() -> None:
    bench = Bench()
    for privacy in Privacy:
        assert bench.processors.of(privacy, "ferplus") is bench.processors.of(privacy, "ferplus")
    assert bench.built == ["ferplus"]


def test_labels_that_the_model_lacks_are_refused_each_time_and_looked_for_once() -> None:
    bench = Bench(lacking="ferplus")
    for privacy in Privacy:
        with pytest.raises(ModelError, match="has no such output"):
            bench.processors.of(privacy, "ferplus")
    assert bench.built == ["ferplus"]
    assert bench.processors.of(Privacy.OFF, None) is bench.own


def test_among_many_cameras_an_empty_scene_is_searched_less_often() -> None:
    processors, later = Bench().processors, 2 + Policy().alone_every

    def is_searched(cameras: int) -> bool:
        processor = processors.of(Privacy.OFF, None, cameras)
        return processor.observe(FRAME, later, JUST_SEARCHED, Stopwatch()).searched

    assert is_searched(1)
    assert not is_searched(12)
    assert processors.of(Privacy.OFF, None, 12) is processors.of(Privacy.OFF, None, 12)
