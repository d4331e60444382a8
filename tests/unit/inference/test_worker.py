import logging
from dataclasses import replace

import numpy as np
import pytest
import simplejpeg
from prometheus_client import REGISTRY

from services.inference import worker as module
from services.inference.observation import Observation
from services.inference.pictures import BgrImage, decode_jpeg
from services.inference.policy import Policy
from services.inference.processor import FrameProcessor
from services.inference.processors import Processors
from services.inference.recorded import RecordedWork
from services.inference.recorded_rota import RecordingRota
from services.inference.rota import Rota
from services.inference.rounds import Rounds
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.worker import PATIENCE_S, RECORDED_PATIENCE_S, Worker
from shared.delivery import TakenFrame
from shared.entities import Box, Cause, Frame, Labels, Privacy, Result
from shared.entries import frame_fields
from shared.errors import BrokerUnreachable, ModelError
from shared.health import Health
from shared.logs import Seldom
from shared.recorded import RecordedFrame, recorded_fields
from shared.streams import CameraStreams, StoredTracks, Taken
from tests import made
from tests.fakes import (
    AWAY,
    WRONG_TYPE,
    FakeBroker,
    FakeClassifier,
    FakeClock,
    FakeDetector,
    FakePubSub,
    FakeRecordingStreams,
    FakeRedis,
    FakeRegistry,
    FakeStreams,
    Waits,
)

NOW_NS = 1_700_000_001_000_000_000
FACE = Box(30, 50, 40, 40)
OTHER = Box(90, 50, 40, 40)
NOISE = np.random.default_rng(7).integers(0, 256, (120, 160, 3), np.uint8)
"""Bright and rich in detail: what is said to be a face in it can be read."""
JPEG: bytes = simplejpeg.encode_jpeg(NOISE, colorspace="BGR")


def entry(frame: Frame, entry_id: str = "1-0", **changed: bytes) -> Taken:
    fields = {n.encode(): v if isinstance(v, bytes) else v.encode() for n, v in frame_fields(frame).items()}
    return Taken(entry_id, fields | {name.encode(): value for name, value in changed.items()})


FRAME = made.frame(7, NOW_NS - 30_000_000, JPEG)


SAD = (0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.1)


class Failing(FrameProcessor):
    """Makes a mistake."""

    def __init__(self) -> None:
        super().__init__(FakeDetector(), FakeClassifier())

    def observe(self, frame: BgrImage, t: int, tracks: Tracks, stopwatch: Stopwatch) -> Observation:
        raise KeyError("x")


class FailingToFinish(FakeStreams):
    """Streams with a results key of another type."""

    def finish(self, frame_id: str, result: Result) -> int:
        raise WRONG_TYPE


class Bench:
    """A worker among fakes, and one camera's streams."""

    def __init__(
        self, *boxes: Box, wake_ups: FakePubSub | None = None, privacy: Privacy = Privacy.OFF
    ) -> None:
        self.built: list[str] = []
        self.streams = FakeStreams("cam1")
        self.clock = FakeClock(NOW_NS)
        self.detector = FakeDetector(*boxes)
        self.classifier = FakeClassifier()
        self.wake_ups = wake_ups or FakePubSub()
        self.registry = FakeRegistry("cam1")
        health = Health()
        rota = Rota(self._open, lambda streams: streams.take("w1"))
        broker = FakeBroker(FakeRedis(pubsub=self.wake_ups, ping=True))
        self.recording = FakeRecordingStreams("rec1")
        recordings = RecordingRota(lambda _: self.recording, "w1")
        self.rounds = Rounds(
            "w1",
            rota=rota,
            recordings=recordings,
            registry=self.registry,
            clock=self.clock,
            health=health,
            privacy=privacy,
        )
        policy = Policy(search_always=privacy is Privacy.BLUR)
        processor = FrameProcessor(self.detector, self.classifier, policy=policy)
        self.worker = Worker(
            "w1",
            broker=broker,
            clock=self.clock,
            rota=rota,
            rounds=self.rounds,
            recorded=RecordedWork(recordings, processor, self.rounds.count),
            processors=Processors(processor, self._build),
            jpeg_quality=90,
            privacy=privacy,
            health=health,
        )

    def _build(self, labels: Labels) -> FrameProcessor:
        self.built.append(labels)
        if labels == "fer2013":
            raise ModelError("no such output")
        return FrameProcessor(self.detector, FakeClassifier(*SAD))

    def _open(self, camera: str) -> CameraStreams:
        return self.streams if camera == "cam1" else FakeStreams(camera)

    def handle(self, taken: Taken) -> None:
        self.worker.handle(self.streams, taken)


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No line of one test is held back for another's sake."""
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(module, "seldom", Seldom(module.log))


def test_a_frame_becomes_a_result_with_its_number_time_and_entry() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME, "5-1"))
    (result,) = bench.streams.results
    assert (result.seq, result.t, result.frame, result.worker) == (7, FRAME.t, "5-1", "w1")
    assert [face.expression for face in result.faces] == ["happy"]
    assert bench.streams.dropped == []


def test_a_result_shows_the_frame_with_its_faces_drawn() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME))
    shown = decode_jpeg(bench.streams.results[0].jpeg)
    plain = decode_jpeg(FRAME.jpeg)
    assert shown.shape == plain.shape
    assert np.abs(shown.astype(int) - plain).max() > 60


def test_a_frame_without_faces_is_published_too() -> None:
    bench = Bench()
    bench.handle(entry(FRAME))
    assert bench.streams.results[0].faces == ()


def test_a_result_tells_how_long_each_stage_took_and_the_frame_waited() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME))
    timings = bench.streams.results[0].timings
    assert list(timings) == ["wait", "decode", "follow", "detect", "classify", "annotate", "encode"]
    assert timings["wait"] == 30.0


def test_a_frame_from_the_future_has_not_waited() -> None:
    bench = Bench()
    bench.handle(entry(made.frame(1, NOW_NS + 10**9)))
    assert bench.streams.results[0].timings["wait"] == 0.0


def test_published_results_are_counted_for_the_heartbeat() -> None:
    bench = Bench()
    bench.handle(entry(FRAME))
    bench.handle(entry(FRAME))
    assert bench.rounds.published == 2


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"camera": "cam1", **labels}) or 0.0


def test_results_and_faces_are_counted_for_prometheus() -> None:
    bench = Bench(FACE)
    results = counted("mien_results_published_total")
    happy = counted("mien_faces_total", expression="happy")
    bench.handle(entry(FRAME))
    assert counted("mien_results_published_total") == results + 1
    assert counted("mien_faces_total", expression="happy") == happy + 1


def sides() -> BgrImage:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:, :32] = 255
    return pixels


@pytest.mark.parametrize(("mirror", "bright_side"), [(False, slice(0, 24)), (True, slice(40, 64))])
def test_a_frame_is_mirrored_where_its_camera_asks_for_it(mirror: bool, bright_side: slice) -> None:
    bench = Bench()
    jpeg: bytes = simplejpeg.encode_jpeg(sides(), colorspace="BGR")
    bench.handle(entry(replace(FRAME, jpeg=jpeg, mirror=mirror)))
    assert decode_jpeg(bench.streams.results[0].jpeg)[:, bright_side].min() > 200


def test_faces_are_looked_for_in_the_mirrored_frame() -> None:
    bench = Bench(Box(44, 4, 20, 40))
    jpeg: bytes = simplejpeg.encode_jpeg(sides(), colorspace="BGR")
    bench.handle(entry(replace(FRAME, jpeg=jpeg, mirror=True)))
    assert bench.classifier.batches[0].min() > 200


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"v": b"1"}, "version 1"),
        ({"seq": b"x"}, "'seq'"),
        ({"privacy": b"silhouettes"}, "'privacy'"),
        ({"labels": b"affectnet"}, "'labels'"),
        ({"jpeg": b""}, "'jpeg'"),
        ({"jpeg": b"no picture"}, "JPEG of 10 bytes"),
        ({"jpeg": FRAME.jpeg[:-20]}, "cannot be decoded"),
    ],
)
def test_a_frame_that_cannot_be_decoded_is_counted_as_undecodable_and_named_in_one_line(
    changed: dict[str, bytes], named: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    bench.handle(entry(FRAME, "5-1", **changed))
    assert bench.streams.dropped == [("5-1", Cause.UNDECODABLE)]
    assert bench.streams.results == []
    (line,) = caplog.messages
    assert line.startswith("camera cam1: frame 5-1 undecodable: ")
    assert named in line


def test_an_entry_without_fields_is_counted_as_undecodable() -> None:
    bench = Bench()
    bench.handle(Taken("5-1", {}))
    assert bench.streams.dropped == [("5-1", Cause.UNDECODABLE)]


def test_a_frame_whose_processing_fails_is_counted_as_failed_and_the_next_one_is_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(Box(1_000, 1_000, 20, 20))  # a detector's mistake: outside the frame
    bench.handle(entry(FRAME, "5-1"))
    assert bench.streams.dropped == [("5-1", Cause.FAILED)]
    assert "frame 5-1 failed" in caplog.messages[0]


def test_a_failure_is_said_with_its_type(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(FACE)
    bench.worker._processors = Processors(Failing(), bench._build)
    bench.handle(entry(FRAME, "5-1"))
    assert caplog.messages == ["camera cam1: frame 5-1 failed: KeyError: 'x'"]


def test_a_result_that_the_broker_does_not_take_for_one_camera_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(wake_ups=FakePubSub(b"cam2"))
    bench.streams = FailingToFinish("cam1", entry(FRAME))
    bench.worker.step()
    assert "cam2" in [streams.camera for streams in bench.worker._rota.streams]
    assert caplog.messages == [f"camera cam1: frame 1-0 stays unfinished: {WRONG_TYPE}"]


def test_scores_that_are_no_numbers_are_never_published() -> None:
    bench = Bench(FACE)
    bench.classifier = FakeClassifier(*[float("nan")] * 7)
    nans = FrameProcessor(FakeDetector(FACE), bench.classifier)
    bench.worker._processors = Processors(nans, bench._build)
    bench.handle(entry(FRAME, "5-1"))
    assert bench.streams.dropped == [("5-1", Cause.FAILED)]


def test_many_bad_frames_are_all_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    for number in range(20):
        bench.handle(Taken(f"{number}-0", {}))
    assert len(bench.streams.dropped) == 20
    assert len(caplog.messages) == 1


def test_a_frame_that_was_given_up_meanwhile_is_not_counted_as_published(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    bench.streams.given_up = {"5-1"}
    bench.handle(entry(FRAME, "5-1"))
    assert bench.rounds.published == 0
    assert "frame 5-1 took too long and was given up" in caplog.text


def test_a_broker_that_goes_away_is_no_fault_of_the_frame() -> None:
    bench = Bench()
    bench.clock.error = AWAY
    with pytest.raises(BrokerUnreachable):
        bench.handle(entry(FRAME))
    assert bench.streams.dropped == []


def test_a_step_takes_the_newest_frame_and_does_it() -> None:
    bench = Bench()
    bench.streams.queued = [entry(FRAME, "1-0"), entry(FRAME, "2-0")]
    bench.worker.step()
    assert [result.frame for result in bench.streams.results] == ["2-0"]


def test_a_step_without_a_frame_waits_for_a_wake_up() -> None:
    bench = Bench()
    bench.worker.step()
    assert bench.wake_ups.timeouts == [PATIENCE_S]


def test_a_busy_worker_hears_of_other_cameras_without_waiting() -> None:
    bench = Bench(wake_ups=FakePubSub(b"cam2"))
    bench.streams.queued = [entry(FRAME)]
    bench.worker.step()
    assert set(bench.wake_ups.timeouts) == {0.0}
    assert "cam2" in [streams.camera for streams in bench.worker._rota.streams]


def recorded(entry_id: str = "1-0") -> TakenFrame:
    fields = recorded_fields(RecordedFrame(0, 0, 160, 120, JPEG))
    return TakenFrame(
        entry_id, "w1", 1, {n.encode(): v if isinstance(v, bytes) else v.encode() for n, v in fields.items()}
    )


def test_a_frame_of_a_recording_is_done_when_no_cameras_waits() -> None:
    bench = Bench()
    bench.registry.recorded = ["rec1"]
    bench.recording.waiting = [recorded()]
    bench.streams.queued = [entry(FRAME)]
    bench.worker.step()
    assert (len(bench.streams.results), len(bench.recording.delivered)) == (1, 0)
    bench.worker.step()
    assert (len(bench.streams.results), len(bench.recording.delivered)) == (1, 1)
    assert set(bench.wake_ups.timeouts) == {0.0}


def test_frames_of_recordings_count_for_the_heartbeat() -> None:
    bench = Bench()
    bench.registry.recorded = ["rec1"]
    bench.recording.waiting = [recorded()]
    bench.worker.step()
    assert bench.rounds.published == 1


def test_while_a_recording_is_in_work_its_next_frame_is_not_waited_for_long() -> None:
    bench = Bench()
    bench.registry.recorded = ["rec1"]
    bench.worker.step()
    assert bench.wake_ups.timeouts == [RECORDED_PATIENCE_S]


def test_a_worker_stops_when_it_is_told_and_closes_its_connection() -> None:
    bench = Bench()
    stop = Waits()
    bench.streams.queued = [entry(FRAME)]
    bench.registry.error = AWAY
    stop.set()
    bench.worker.run(stop)
    assert bench.wake_ups.closed
    assert bench.streams.results == []


def later(frame: Frame, ms: int) -> Frame:
    return replace(frame, seq=frame.seq + 1, t=frame.t + ms * 1_000_000)


def test_a_face_keeps_its_id_from_frame_to_frame_through_the_tracks_in_the_broker() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME, "5-1"))
    bench.handle(replace(entry(later(FRAME, 33), "5-2"), stored=bench.streams.stored))
    assert [[face.track for face in result.faces] for result in bench.streams.results] == [[1], [1]]
    assert [new.ids for new in bench.streams.written] == [[1], [1]]


def test_a_frame_is_drawn_with_the_ids_of_another_worker_that_was_quicker() -> None:
    quicker = Bench(FACE)
    quicker.streams.stored = StoredTracks(3, b"", 40)
    quicker.handle(replace(entry(FRAME, "5-1"), stored=quicker.streams.stored))
    bench = Bench(FACE)
    bench.streams.others = quicker.streams.written
    bench.handle(entry(later(FRAME, 33), "5-2"))
    assert [face.track for face in bench.streams.results[0].faces] == [40]


def test_what_a_viewer_asked_for_is_done_and_removed() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME))
    until = FRAME.t + 5_000_000_000
    commands = {b"neutral:1": b"%d" % until}
    bench.handle(replace(entry(later(FRAME, 33)), stored=bench.streams.stored, commands=commands))
    assert [face.neutral for face in bench.streams.results[1].faces] == ["learning"]
    assert bench.streams.done == [{}, commands]


def blocks(picture: BgrImage, box: Box) -> float:
    """Return how much the pixels of a box differ from their neighbours', in the mean."""
    inside = picture[box.y + 6 : box.y + box.h - 6, box.x + 6 : box.x + box.w - 6].astype(int)
    return float(np.abs(np.diff(inside, axis=1)).mean())


def shown(bench: Bench) -> BgrImage:
    return decode_jpeg(bench.streams.results[-1].jpeg)


def test_with_blur_no_detail_of_a_face_leaves_the_worker() -> None:
    bench = Bench(FACE, privacy=Privacy.BLUR)
    bench.handle(entry(FRAME))
    assert blocks(decode_jpeg(JPEG), FACE) > 40
    assert blocks(shown(bench), FACE) < 5
    assert bench.streams.results[0].privacy is Privacy.BLUR
    assert "blur" in bench.streams.results[0].timings


def test_with_blur_a_face_that_was_missed_stays_blurred_at_its_last_place() -> None:
    bench = Bench(FACE, privacy=Privacy.BLUR)
    for n in range(3):
        bench.handle(replace(entry(later(FRAME, 33 * n)), stored=bench.streams.stored))
    bench.detector.boxes = ()
    bench.handle(replace(entry(later(FRAME, 133)), stored=bench.streams.stored))
    assert bench.streams.results[-1].faces == ()
    assert blocks(shown(bench), FACE) < 5


def test_with_blur_a_face_that_was_detected_once_stays_blurred_for_a_while() -> None:
    bench = Bench(FACE, privacy=Privacy.BLUR)
    for n, boxes in enumerate([(FACE,), (FACE, OTHER), *[(FACE,)] * 20]):
        bench.detector.boxes = boxes
        bench.handle(replace(entry(later(FRAME, 100 * n)), stored=bench.streams.stored))
        assert n == 0 or blocks(shown(bench), OTHER) < 5


def test_with_blur_a_face_that_is_not_confirmed_yet_is_blurred_too() -> None:
    bench = Bench(FACE, privacy=Privacy.BLUR)
    bench.handle(entry(FRAME))
    bench.detector.boxes = (FACE, OTHER)
    bench.handle(replace(entry(later(FRAME, 33)), stored=bench.streams.stored))
    assert [face.track for face in bench.streams.results[-1].faces] == [1]
    assert blocks(shown(bench), OTHER) < 5


def test_with_numbers_no_picture_leaves_the_worker() -> None:
    bench = Bench(FACE, privacy=Privacy.NUMBERS)
    bench.handle(entry(FRAME))
    (result,) = bench.streams.results
    assert (result.jpeg, result.privacy) == (b"", Privacy.NUMBERS)
    assert [face.expression for face in result.faces] == ["happy"]
    assert not {"blur", "annotate", "encode"} & result.timings.keys()


def test_what_the_model_saw_of_a_face_goes_with_it() -> None:
    bench = Bench(FACE)
    bench.handle(entry(FRAME))
    [face] = bench.streams.results[0].faces
    assert face.crop == bench.classifier.batches[0][0].tobytes()


@pytest.mark.parametrize("privacy", [Privacy.BLUR, Privacy.NUMBERS])
def test_with_privacy_no_crop_of_a_face_leaves_the_worker(privacy: Privacy) -> None:
    bench = Bench(FACE, privacy=privacy)
    bench.handle(entry(FRAME))
    assert [face.crop for face in bench.streams.results[0].faces] == [None]


@pytest.mark.parametrize(
    ("own", "asked", "done"),
    [
        (Privacy.OFF, Privacy.BLUR, Privacy.BLUR),
        (Privacy.OFF, Privacy.NUMBERS, Privacy.NUMBERS),
        (Privacy.BLUR, Privacy.OFF, Privacy.BLUR),
        (Privacy.BLUR, Privacy.NUMBERS, Privacy.NUMBERS),
        (Privacy.NUMBERS, Privacy.BLUR, Privacy.NUMBERS),
    ],
)
def test_a_camera_can_ask_for_more_privacy_than_its_worker_has_and_never_for_less(
    own: Privacy, asked: Privacy, done: Privacy
) -> None:
    bench = Bench(FACE, privacy=own)
    bench.handle(entry(replace(FRAME, privacy=asked)))
    assert bench.streams.results[0].privacy is done
    assert bool(bench.streams.results[0].jpeg) is (done is not Privacy.NUMBERS)
    assert done is Privacy.NUMBERS or blocks(shown(bench), FACE) < 5


def test_the_frames_of_a_camera_that_asks_for_blur_are_searched_whole_and_the_others_are_not() -> None:
    bench = Bench(FACE)
    for n in range(3):
        bench.handle(replace(entry(later(FRAME, 33 * n)), stored=bench.streams.stored))
    assert bench.detector.searches == 1
    for n in range(3, 6):
        asking = replace(later(FRAME, 33 * n), privacy=Privacy.BLUR)
        bench.handle(replace(entry(asking), stored=bench.streams.stored))
    assert bench.detector.searches == 4


def test_a_frame_that_does_not_say_how_private_it_is_is_not_published() -> None:
    bench = Bench(FACE)
    fields = {name: value for name, value in entry(FRAME).fields.items() if name != b"privacy"}
    bench.handle(Taken("5-1", fields))
    assert bench.streams.dropped == [("5-1", Cause.UNDECODABLE)]
    assert bench.streams.results == []


def test_a_camera_that_asks_for_other_labels_is_read_by_those() -> None:
    bench = Bench(FACE)
    bench.handle(entry(replace(FRAME, labels="ferplus")))
    bench.streams.stored = StoredTracks()
    bench.handle(entry(FRAME))
    assert [result.faces[0].expression for result in bench.streams.results] == ["sad", "happy"]
    assert bench.built == ["ferplus"]


def test_a_camera_that_asks_for_labels_that_the_model_lacks_is_not_read_by_others() -> None:
    bench = Bench(FACE)
    for number in range(3):
        bench.handle(entry(replace(FRAME, labels="fer2013"), f"5-{number}"))
    assert [cause for _, cause in bench.streams.dropped] == [Cause.FAILED] * 3
    assert bench.built == ["fer2013"]
