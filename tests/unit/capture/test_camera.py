import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event, Thread, current_thread
from typing import Any

import numpy as np
import pytest
import simplejpeg
from prometheus_client import REGISTRY

from services.capture.camera import FIRST_RETRY_S, LONGEST_RETRY_S, LOOK_EVERY_S, STALL_S, Camera
from services.capture.demand import Demand
from services.capture.picture import BgrImage
from services.capture.settings import CameraSettings, CaptureSettings
from services.capture.sources import Source
from shared.entities import CameraState, Privacy
from shared.errors import SourceError
from tests.fakes import AWAY, WRONG_TYPE, FakeClock, FakeSource, FakeStreams, Ticker, Waits

PATIENCE_S = 10.0
LOST = SourceError("source fake: unplugged")


def picture(level: int = 100) -> BgrImage:
    return np.full((48, 64, 3), level, np.uint8)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


class Openings:
    """Opens the given sources in turn; the last one again and again."""

    def __init__(self, *outcomes: Source | Exception) -> None:
        self._outcomes = list(outcomes)
        self.number = 0

    def __call__(self, _settings: CameraSettings) -> Source:
        self.number += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Bench:
    """A camera among fakes."""

    def __init__(
        self,
        *outcomes: Source | Exception,
        always: bool = True,
        ticker: Ticker | None = None,
        asking: Mapping[str, Any] | None = None,
        openings: Openings | None = None,
        **environ: str,
    ) -> None:
        self.openings = openings or Openings(*outcomes)
        self.streams = FakeStreams("cam1")
        self.clock = FakeClock()
        self.linger = Ticker()
        settings = CaptureSettings.load({"MIEN_SOURCE": "test:", **environ})
        self.camera = Camera(
            replace(settings.camera_list()[0], **(asking or {})),
            streams=self.streams,
            clock=self.clock,
            demand=Demand(always=always, monotonic=self.linger),
            run_id="run",
            opener=self.openings,
            monotonic=ticker or time.monotonic,
        )

    @contextmanager
    def running(self) -> Iterator[Thread]:
        stop = Event()
        thread = Thread(target=self.camera.run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield thread
            assert thread.is_alive()
        finally:
            stop.set()
            self.camera.demand.wake()
            thread.join(PATIENCE_S)
        assert not thread.is_alive()

    def state(self) -> CameraState:
        return self.camera.status.state

    def until_frames(self, number: int) -> None:
        until(lambda: len(self.streams.frames) == number)

    def until_state(self, state: CameraState) -> None:
        until(lambda: self.state() is state)


@pytest.fixture
def hanging() -> Iterator[FakeSource]:
    """A source with one picture and then nothing."""
    source = FakeSource(picture(100))
    yield source
    source.release.set()


def test_a_picture_becomes_a_frame_with_its_size_and_time(hanging: FakeSource) -> None:
    bench = Bench(hanging, MIEN_MIRROR="true")
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        hanging.release.set()
    frame = bench.streams.frames[0]
    assert (frame.seq, frame.t, frame.width, frame.height) == (1, bench.clock.ns, 64, 48)
    assert frame.mirror
    assert abs(int(simplejpeg.decode_jpeg(frame.jpeg).mean()) - 100) <= 1


def test_a_frame_says_what_its_camera_asks_of_workers(hanging: FakeSource) -> None:
    bench = Bench(hanging, asking={"privacy": Privacy.BLUR, "labels": "fer2013"})
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        hanging.release.set()
    assert (bench.streams.frames[0].privacy, bench.streams.frames[0].labels) == (Privacy.BLUR, "fer2013")


def test_the_status_of_a_live_camera_tells_its_size(hanging: FakeSource) -> None:
    bench = Bench(hanging)
    with bench.running():
        bench.until_state(CameraState.LIVE)
        status = bench.camera.status
        hanging.release.set()
    assert (status.source, status.width, status.height, status.error) == ("test", 64, 48, "")


def test_only_the_newest_picture_is_published_and_the_others_are_counted() -> None:
    source = FakeSource(*[picture(level) for level in range(100)])
    bench = Bench(source)
    with bench.running():
        until(lambda: bool(bench.streams.frames))
        until(lambda: bench.camera.status.replaced + len(bench.streams.frames) == 100)
        source.release.set()
    newest = simplejpeg.decode_jpeg(bench.streams.frames[-1].jpeg)
    assert abs(int(newest.mean()) - 99) <= 1


class PolledSource(FakeSource):
    """One that can be polled; `readers` are the threads that asked it."""

    has_begun = False

    def __init__(self, *pictures: BgrImage) -> None:
        super().__init__(*pictures)
        self.readers: set[str] = set()
        self.passed_over = 0

    def poll(self, timeout_s: float) -> bool:
        return bool(self._pictures) or self.release.wait(timeout_s)

    def collect(self) -> bool:
        self.readers.add(current_thread().name)
        if self.release.is_set():
            self.passed_over += 2  # They came with the error.
            raise LOST
        return False

    def newest(self) -> BgrImage | None:
        if not self._pictures:
            return None
        self.passed_over += len(self._pictures) - 1
        picture = self._pictures.pop()
        self._pictures.clear()
        return picture


def test_a_source_that_can_be_polled_is_read_by_the_cameras_own_thread_and_closed() -> None:
    source = PolledSource(picture(1), picture(2))
    bench = Bench(source)
    with bench.running() as thread:
        bench.until_frames(1)
        until(lambda: bench.camera.status.replaced == 1)
        assert not source.closed.is_set()
    assert source.closed.is_set()
    assert source.readers == {thread.name}


def test_a_source_that_can_be_polled_and_is_lost_is_opened_again() -> None:
    source = PolledSource(picture())
    bench = Bench(source, LOST)
    with bench.running():
        bench.until_frames(1)
        source.release.set()
        until(lambda: bench.openings.number > 1)
        assert bench.camera.status.error == str(LOST)
        assert bench.camera.status.replaced == 2


def test_numbers_rise_across_openings() -> None:
    bench = Bench(FakeSource(picture(), then=LOST), FakeSource(picture(), then=LOST), ticker=Ticker(step=30))
    with bench.running():
        until(lambda: len(bench.streams.frames) >= 2)
    seqs = [frame.seq for frame in bench.streams.frames]
    assert seqs == sorted(set(seqs))


def test_a_source_that_cannot_be_opened_is_lost_and_the_status_says_why() -> None:
    bench = Bench(LOST)
    with bench.running():
        bench.until_state(CameraState.LOST)
        assert bench.camera.status.error == "source fake: unplugged"


def test_a_source_that_is_lost_is_opened_again_and_goes_on(hanging: FakeSource) -> None:
    first = FakeSource(picture(), then=LOST)
    bench = Bench(first, LOST, hanging, ticker=Ticker(step=30))
    with bench.running():
        until(lambda: len(bench.streams.frames) == 2)
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.error == ""
        hanging.release.set()
    assert bench.openings.number >= 3
    assert first.closed.is_set()


def test_a_source_that_stalls_counts_as_lost(hanging: FakeSource, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(hanging, LOST, ticker=Ticker(step=STALL_S / 2))
    with bench.running():
        until(lambda: any("no picture for 5 s" in message for message in caplog.messages))
        hanging.release.set()


def test_a_source_that_is_stuck_in_its_driver_is_not_opened_again_until_that_lets_go(
    hanging: FakeSource,
) -> None:
    other = FakeSource(picture())
    bench = Bench(hanging, other, ticker=Ticker(step=STALL_S / 2))
    with bench.running():
        until(lambda: "stuck in its driver" in bench.camera.status.error)
        time.sleep(0.3)  # several tries
        assert bench.openings.number == 1
        assert bench.state() is CameraState.LOST
        hanging.release.set()
        until(lambda: bench.openings.number == 2)
        assert hanging.closed.is_set()
        other.release.set()


def test_the_pauses_between_two_tries_grow_up_to_the_longest() -> None:
    ticker = Ticker()
    bench = Bench(LOST, ticker=ticker)
    pauses: list[float] = []

    def tries(waited: float) -> None:
        ticker.now += waited
        while len(pauses) < bench.openings.number:
            pauses.append(0.0)
        pauses[-1] += waited

    bench.camera.run(Waits(most=1_500, then=tries))
    growing = pauses[:5]
    assert growing == sorted(growing)
    assert 0.7 * FIRST_RETRY_S <= pauses[0] <= 1.5 * FIRST_RETRY_S
    assert max(pauses) <= 1.3 * LONGEST_RETRY_S
    assert min(pauses[6:-1]) >= 0.7 * LONGEST_RETRY_S


def test_who_looks_again_at_a_lost_camera_does_not_wait_for_the_pauses_of_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticker = Ticker()
    bench = Bench(LOST, always=False, ticker=ticker)
    demand = bench.camera.demand
    demand.viewers(1)
    monkeypatch.setattr(demand, "wait", lambda _timeout: demand.viewers(1))
    pauses: dict[int, float] = {}

    def tries(waited: float) -> None:
        ticker.now += waited
        pauses[bench.openings.number] = pauses.get(bench.openings.number, 0.0) + waited
        if bench.openings.number == 6:
            bench.linger.now += 60

    bench.camera.run(Waits(most=400, then=tries))
    assert pauses[5] >= 0.7 * 16 * FIRST_RETRY_S
    assert pauses[7] <= 1.5 * FIRST_RETRY_S


def test_a_camera_that_is_not_wanted_is_not_opened() -> None:
    bench = Bench(LOST, always=False)
    with bench.running():
        time.sleep(0.3)
        assert bench.openings.number == 0
        assert bench.state() is CameraState.IDLE


def test_a_camera_that_nobody_wants_and_whose_file_is_not_there_says_so_without_opening_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "late.mp4"
    ticker = Ticker()
    bench = Bench(LOST, always=False, ticker=ticker, MIEN_SOURCE=str(path))
    with bench.running():
        bench.until_state(CameraState.LOST)
        assert "no such file" in bench.camera.status.error
        path.touch()
        ticker.now += LOOK_EVERY_S
        bench.until_state(CameraState.IDLE)
        assert bench.camera.status.error == ""
    assert bench.openings.number == 0


def test_a_camera_opens_with_the_first_viewer_and_closes_after_the_last(hanging: FakeSource) -> None:
    bench = Bench(hanging, always=False)
    with bench.running():
        bench.camera.demand.viewers(1)
        bench.until_state(CameraState.LIVE)
        bench.linger.now += 60
        hanging.release.set()
        bench.until_state(CameraState.IDLE)
        until(hanging.closed.is_set)


def test_a_lost_camera_that_nobody_wants_any_longer_is_idle_without_an_error() -> None:
    bench = Bench(LOST, always=False)
    with bench.running():
        bench.camera.demand.viewers(1)
        bench.until_state(CameraState.LOST)
        bench.linger.now += 60
        bench.until_state(CameraState.IDLE)
        assert bench.camera.status.error == ""


class Endless:
    """A source that never runs dry."""

    fps: float | None = None

    def read(self) -> BgrImage:
        time.sleep(0.005)
        return picture()

    def close(self) -> None:
        pass


def test_a_broker_that_is_away_does_not_end_the_camera() -> None:
    bench = Bench(Endless())
    bench.streams.error = AWAY
    with bench.running():
        until(lambda: bench.streams.tried >= 2)
        bench.streams.error = None
        bench.until_state(CameraState.LIVE)


def test_a_frame_that_the_broker_answers_with_an_error_is_said(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(Endless())
    bench.streams.error = WRONG_TYPE
    with bench.running():
        until(lambda: f"camera cam1: frame not published: {WRONG_TYPE}" in caplog.messages)
        bench.streams.error = None
        bench.until_state(CameraState.LIVE)


def test_a_clock_without_its_broker_does_not_end_the_camera() -> None:
    bench = Bench(Endless())
    bench.clock.error = AWAY
    with bench.running():
        until(lambda: bench.clock.asked >= 1)
        bench.clock.error = None
        bench.until_state(CameraState.LIVE)


class Fed:
    """A source that gives the pictures that a test feeds it; a None loses it."""

    fps: float | None = None

    def __init__(self) -> None:
        self.pictures: Queue[BgrImage | None] = Queue()

    def read(self) -> BgrImage:
        fed = self.pictures.get(timeout=PATIENCE_S)
        if fed is None:
            raise LOST
        return fed

    def close(self) -> None:
        pass


@pytest.fixture
def fed() -> Iterator[Fed]:
    source = Fed()
    yield source
    source.pictures.put(None)


def test_pictures_that_the_broker_did_not_take_are_counted_as_replaced(fed: Fed) -> None:
    bench = Bench(fed)
    bench.streams.error = AWAY
    with bench.running():
        fed.pictures.put(picture())
        until(lambda: bench.streams.tried == 1)
        bench.streams.error = None
        fed.pictures.put(picture())
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.replaced == 1
        fed.pictures.put(None)


def test_a_slow_source_that_goes_on_giving_does_not_stall(fed: Fed) -> None:
    ticker = Ticker()
    bench = Bench(fed, ticker=ticker)
    with bench.running():
        for number in (1, 2, 3):
            fed.pictures.put(picture())
            bench.until_frames(number)
            ticker.now += STALL_S - 1
        time.sleep(0.25)  # two looks at a source that has nothing new
        fed.pictures.put(picture())
        bench.until_frames(4)
        assert bench.openings.number == 1
        fed.pictures.put(None)


def test_frames_that_come_at_once_after_opening_are_no_rate_until_a_second_has_passed(fed: Fed) -> None:
    ticker = Ticker()
    bench = Bench(fed, ticker=ticker)
    before = counted("mien_frames_captured_total")
    with bench.running():
        for number in (1, 2, 3):
            fed.pictures.put(picture())
            bench.until_frames(number)
        until(lambda: counted("mien_frames_captured_total") == before + 3)
        assert bench.camera.status.fps == 0
        ticker.now += 1.5
        fed.pictures.put(picture())
        until(lambda: bench.camera.status.fps > 0)
        assert bench.camera.status.fps == 2.0
        fed.pictures.put(None)


def test_a_source_of_a_low_rate_is_lost_after_twice_its_pause_and_not_before(fed: Fed) -> None:
    fed.fps = 0.2
    ticker = Ticker()
    bench = Bench(fed, ticker=ticker)
    with bench.running():
        fed.pictures.put(picture())
        bench.until_frames(1)
        ticker.now += STALL_S + 1
        time.sleep(0.25)  # two looks at a source that has nothing new
        assert bench.state() is CameraState.LIVE
        ticker.now += STALL_S
        bench.until_state(CameraState.LOST)
        assert "no picture for 10 s" in bench.camera.status.error
        fed.pictures.put(None)


def test_a_source_of_a_low_rate_that_waits_for_its_next_picture_is_not_stuck(fed: Fed) -> None:
    fed.fps = 0.5
    bench = Bench(fed, always=False)
    with bench.running():
        bench.camera.demand.viewers(1)
        fed.pictures.put(picture())
        bench.until_state(CameraState.LIVE)
        bench.linger.now += 60
        time.sleep(1.5)
        fed.pictures.put(picture())
        bench.until_state(CameraState.IDLE)
        assert not bench.camera.holds_source


class HangingOpenings(Openings):
    """Opens nothing until it is let go."""

    def __init__(self, *outcomes: Source | Exception) -> None:
        super().__init__(*outcomes)
        self.let_go = Event()

    def __call__(self, settings: CameraSettings) -> Source:
        source = super().__call__(settings)
        self.let_go.wait(PATIENCE_S)
        return source


@pytest.fixture
def hangs_in_open(fed: Fed) -> Iterator[HangingOpenings]:
    openings = HangingOpenings(fed)
    yield openings
    openings.let_go.set()


def test_a_camera_that_hangs_in_open_is_lost_and_says_so_once(
    fed: Fed, hangs_in_open: HangingOpenings, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = Ticker()
    losses = counted("mien_source_lost_total")
    bench = Bench(fed, ticker=ticker, openings=hangs_in_open)
    with bench.running():
        until(lambda: hangs_in_open.number == 1)
        ticker.now += 2 * STALL_S
        assert bench.state() is CameraState.OPENING
        ticker.now += 1
        assert [bench.state() for _ in range(3)] == [CameraState.LOST] * 3
        assert bench.camera.status.error == "camera cam1: no answer from its driver for 11 s"
        assert [message for message in caplog.messages if "no answer" in message] == [
            "camera cam1 is lost: camera cam1: no answer from its driver for 11 s"
        ]
        assert counted("mien_source_lost_total") == losses + 1
        hangs_in_open.let_go.set()
        fed.pictures.put(picture())
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.error == ""
        fed.pictures.put(None)


def test_a_camera_that_was_lost_before_and_hangs_in_open_says_that_it_hangs(
    fed: Fed, hangs_in_open: HangingOpenings
) -> None:
    ticker = Ticker()
    hangs_in_open.let_go.set()
    bench = Bench(fed, ticker=ticker, openings=hangs_in_open)
    with bench.running():
        until(lambda: hangs_in_open.number == 1)
        hangs_in_open.let_go.clear()
        fed.pictures.put(None)
        bench.until_state(CameraState.LOST)
        ticker.now += 1  # past the pause before it tries again
        until(lambda: hangs_in_open.number == 2)
        ticker.now += 2 * STALL_S + 1
        assert "no answer from its driver" in bench.camera.status.error
        hangs_in_open.let_go.set()
        fed.pictures.put(None)


def test_the_picture_after_one_whose_reply_was_lost_has_another_number() -> None:
    bench = Bench(Endless())
    bench.streams.error = AWAY
    with bench.running():
        until(lambda: bench.streams.tried >= 1)
        bench.streams.error = None
        until(lambda: bool(bench.streams.frames))
    assert bench.streams.frames[0].seq >= 2


def test_a_picture_that_cannot_be_encoded_does_not_end_the_camera(hanging: FakeSource) -> None:
    odd = FakeSource(np.zeros((48, 64), np.uint8), then=LOST)
    bench = Bench(odd, hanging, ticker=Ticker(step=30))
    with bench.running():
        bench.until_state(CameraState.LIVE)
        hanging.release.set()
    assert bench.openings.number >= 2


def test_a_mistake_in_a_driver_is_said_in_the_status() -> None:
    bench = Bench(ZeroDivisionError("a driver's bug"))
    with bench.running():
        bench.until_state(CameraState.LOST)
        assert "a driver's bug" in bench.camera.status.error


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"camera": "cam1"}) or 0.0


def test_frames_and_losses_are_counted_for_prometheus() -> None:
    frames, losses = counted("mien_frames_captured_total"), counted("mien_source_lost_total")
    bench = Bench(FakeSource(picture(), then=LOST), LOST)
    with bench.running():
        bench.until_state(CameraState.LOST)
    assert counted("mien_frames_captured_total") == frames + 1
    assert counted("mien_source_lost_total") == losses + 1
    assert counted("mien_camera_live") == 0


def test_the_kind_of_a_file_that_came_later_is_told(hanging: FakeSource, tmp_path: Path) -> None:
    path = tmp_path / "late.mp4"
    bench = Bench(LOST, hanging, ticker=Ticker(step=30), MIEN_SOURCE=str(path))
    assert bench.camera.status.source == "unknown"
    path.touch()
    with bench.running():
        bench.until_state(CameraState.LIVE)
        assert bench.camera.status.source == "file"
        hanging.release.set()


def test_a_camera_that_was_stopped_is_idle() -> None:
    bench = Bench(Endless())
    with bench.running():
        bench.until_state(CameraState.LIVE)
    assert bench.state() is CameraState.IDLE


class Grants(FakeSource):
    """A webcam that gives less than it is asked for."""

    granted = "MJPG 1280x720 at 30, asked for 1920x1080 at 60"


def test_what_a_webcam_grants_is_in_the_status_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bench = Bench(Grants(picture(), then=LOST), Grants(picture(), then=LOST), LOST, ticker=Ticker(step=30))
    with bench.running():
        bench.until_frames(2)
        assert bench.camera.status.granted == Grants.granted
    assert [Grants.granted in message for message in caplog.messages].count(True) == 1


def test_a_change_of_size_in_mid_stream_is_survived_and_told() -> None:
    large = np.full((96, 128, 3), 100, np.uint8)
    bench = Bench(FakeSource(picture(), large, then=LOST), LOST, ticker=Ticker(step=30))
    with bench.running():
        until(lambda: bench.camera.status.width == 128)
    assert bench.streams.frames[-1].width == 128
    assert bench.openings.number >= 1


class LossySource(FakeSource):
    """Has passed over two pictures that could not be decoded."""

    broken = 2


def test_broken_pictures_are_counted_also_where_the_source_is_lost_at_once() -> None:
    bench = Bench(LossySource(then=LOST), FakeSource(then=LOST))
    before = REGISTRY.get_sample_value("mien_pictures_broken_total", {"camera": "cam1"}) or 0.0

    with bench.running():
        until(lambda: bench.openings.number > 0)
        bench.until_state(CameraState.LOST)

    assert REGISTRY.get_sample_value("mien_pictures_broken_total", {"camera": "cam1"}) == before + 2
