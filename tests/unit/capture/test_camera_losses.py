"""A camera whose source is lost, stalls or hangs: it says so, and tries again."""

import time
from collections.abc import Iterator
from threading import Event, current_thread

import numpy as np
import pytest
from prometheus_client import REGISTRY

from services.capture.camera import FIRST_RETRY_S, LONGEST_RETRY_S, STALL_S
from services.capture.picture import BgrImage
from services.capture.settings import CameraSettings
from services.capture.sources import Source
from shared.entities import CameraState
from tests.fakes import FakeSource, Ticker, Waits
from tests.unit.capture.bench import LOST, PATIENCE_S, Bench, Fed, Openings, counted, picture, until


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
