import logging

import numpy as np
import pytest
import simplejpeg
from prometheus_client import REGISTRY

from services.inference import recorded as module
from services.inference import recorded_rota
from services.inference.observation import Observation
from services.inference.observed import decode
from services.inference.pictures import BgrImage
from services.inference.processor import FrameProcessor
from services.inference.recorded import RecordedWork
from services.inference.recorded_rota import RecordingRota
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.delivery import RecordingAccount, TakenFrame
from shared.entities import Box, Cause
from shared.errors import BrokerUnreachable
from shared.logs import Seldom
from shared.recorded import RecordedFrame, recorded_fields
from tests.fakes import AWAY, WRONG_TYPE, FakeClassifier, FakeDetector, FakeRecordingStreams

FACE = Box(30, 50, 40, 40)
NOISE = np.random.default_rng(7).integers(0, 256, (120, 160, 3), np.uint8)
JPEG: bytes = simplejpeg.encode_jpeg(NOISE, colorspace="BGR")
FRAME = RecordedFrame(30, 1_001_000_000, 160, 120, JPEG)


def taken(entry_id: str = "1-0", **changed: bytes) -> TakenFrame:
    found = {n.encode(): v if isinstance(v, bytes) else v.encode() for n, v in recorded_fields(FRAME).items()}
    return TakenFrame(entry_id, "w1", 1, found | {name.encode(): value for name, value in changed.items()})


class Failing(FrameProcessor):
    """Makes a mistake."""

    def __init__(self) -> None:
        pass

    def observe(self, frame: BgrImage, t: int, tracks: Tracks, stopwatch: Stopwatch) -> Observation:
        raise KeyError("x")


class FailingToDeliver(FakeRecordingStreams):
    """Streams with a results key of another type."""

    def deliver(self, taken: TakenFrame, observation: bytes) -> bool:
        raise WRONG_TYPE


class FinishedElsewhere(FakeRecordingStreams):
    """Streams of which some frames were finished by another worker, or that are gone."""

    def __init__(self, *finished: str, captured: int) -> None:
        super().__init__("rec1")
        self.finished = set(finished)
        self._captured = captured

    def account(self) -> RecordingAccount:
        return RecordingAccount(self._captured, self._captured, 0, 0, 0, 0, 0)


class Bench:
    """A recording, and the work that one worker does for it."""

    def __init__(
        self,
        *boxes: Box,
        processor: FrameProcessor | None = None,
        streams: FakeRecordingStreams | None = None,
    ) -> None:
        self.detector = FakeDetector(*boxes)
        self.streams = streams or FakeRecordingStreams("rec1")
        self.counted = 0
        self.rota = RecordingRota(lambda _: self.streams, "w1")
        self.rota.set_recordings(["rec1"])
        self.work = RecordedWork(
            self.rota, processor or FrameProcessor(self.detector, FakeClassifier()), self._count
        )

    def _count(self) -> None:
        self.counted += 1

    def handle(self, frame: TakenFrame) -> None:
        self.work.handle(self.streams, frame)

    def observations(self) -> list[Observation]:
        return [decode(raw) for _, raw in self.streams.delivered]


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No line of one test is held back for another's sake."""
    caplog.set_level(logging.WARNING)
    for one in (module, recorded_rota):
        monkeypatch.setattr(one, "seldom", Seldom(module.log))


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("mien_recorded_frames_total", {"outcome": outcome}) or 0.0


def test_a_frame_becomes_an_observation_with_its_time_size_and_faces() -> None:
    bench = Bench(FACE)
    bench.handle(taken())
    (observation,) = bench.observations()
    assert (observation.t, observation.size) == (FRAME.t, (160, 120))
    assert [seen.box for seen in observation.seen] == [FACE]


def test_every_frame_is_searched_whole_whatever_was_seen_before() -> None:
    bench = Bench(FACE)
    for number in range(3):
        bench.handle(taken(f"{number}-0"))
    assert bench.detector.searches == 3
    assert bench.detector.near == []
    first, *others = bench.streams.delivered
    assert all(observation == first[1] for _, observation in others)


def test_a_frame_without_faces_has_an_observation_too() -> None:
    bench = Bench()
    bench.handle(taken())
    assert bench.observations()[0].seen == ()


def test_finished_frames_are_counted_for_the_heartbeat_and_for_prometheus() -> None:
    bench = Bench(FACE)
    before = counted("published")
    bench.handle(taken("1-0"))
    bench.handle(taken("2-0"))
    assert bench.counted == 2
    assert counted("published") == before + 2


def test_metrics_have_no_label_by_recording() -> None:
    Bench().handle(taken())
    labels = [sample.labels for metric in REGISTRY.collect() for sample in metric.samples]
    assert not any("rec1" in label.values() for label in labels)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"v": b"9"}, "version 9"),
        ({"index": b"x"}, "'index'"),
        ({"jpeg": b""}, "'jpeg'"),
        ({"jpeg": b"no picture"}, "JPEG of 10 bytes"),
        ({"jpeg": JPEG[:-20]}, "cannot be decoded"),
    ],
)
def test_a_frame_that_cannot_be_decoded_is_refused_and_named_in_one_line(
    changed: dict[str, bytes], named: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    before = counted("undecodable")
    bench.handle(taken("5-1", **changed))
    assert bench.streams.refused == [("5-1", Cause.UNDECODABLE)]
    assert bench.streams.delivered == []
    (line,) = caplog.messages
    assert line.startswith("recording rec1: frame 5-1 undecodable: ")
    assert named in line
    assert counted("undecodable") == before + 1


def test_a_frame_whose_processing_fails_is_refused_with_the_errors_type(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(processor=Failing())
    bench.handle(taken("5-1"))
    assert bench.streams.refused == [("5-1", Cause.FAILED)]
    assert caplog.messages == ["recording rec1: frame 5-1 failed: KeyError: 'x'"]


def test_scores_that_are_no_numbers_are_never_delivered() -> None:
    bench = Bench(processor=FrameProcessor(FakeDetector(FACE), FakeClassifier(*[float("nan")] * 7)))
    bench.handle(taken("5-1"))
    assert bench.streams.refused == [("5-1", Cause.FAILED)]


def test_a_frame_that_another_worker_finished_meanwhile_is_not_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(FACE, streams=FinishedElsewhere("5-1", "6-1", captured=9))
    before = counted("published"), counted("undecodable")
    bench.handle(taken("5-1"))
    bench.handle(taken("6-1", jpeg=b"no picture"))
    assert bench.counted == 0
    assert (counted("published"), counted("undecodable")) == before
    assert "frame 5-1 took too long and was finished by another worker" in caplog.text


def test_a_recording_that_was_given_up_meanwhile_is_nothing_to_warn_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(FACE, streams=FinishedElsewhere("5-1", captured=0))
    bench.handle(taken("5-1"))
    assert bench.counted == 0
    assert caplog.text == ""


def test_a_step_does_the_oldest_frame_and_says_so() -> None:
    bench = Bench()
    bench.streams.waiting = [taken("1-0"), taken("2-0")]
    assert bench.work.step() is True
    assert [frame for frame, _ in bench.streams.delivered] == ["1-0"]


def test_a_step_without_a_frame_says_so() -> None:
    assert Bench().work.step() is False


def test_a_recording_whose_result_the_broker_does_not_take_rests(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(streams=FailingToDeliver("rec1", taken("1-0"), taken("2-0")))
    assert bench.work.step() is True
    assert bench.work.step() is False
    assert bench.streams.refused == []
    assert "recording rec1 is passed over" in caplog.text


def test_a_broker_that_goes_away_is_no_fault_of_the_frame() -> None:
    bench = Bench()
    bench.streams.error = AWAY
    with pytest.raises(BrokerUnreachable):
        bench.handle(taken())
    assert bench.streams.refused == []


def test_work_is_idle_while_no_recording_is_there() -> None:
    bench = Bench()
    assert not bench.work.is_idle
    bench.rota.set_recordings([])
    assert bench.work.is_idle
