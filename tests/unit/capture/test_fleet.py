import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Semaphore, Thread
from threading import enumerate as enumerate_threads

import numpy as np
import pytest
from prometheus_client import REGISTRY

from services.capture import camera as camera_module
from services.capture import fleet as module
from services.capture.camera import Camera, Opener
from services.capture.demand import Demand
from services.capture.fleet import Fleet
from services.capture.picture import BgrImage
from services.capture.settings import CameraSettings, CaptureSettings
from services.capture.sources import Source
from shared.entities import CameraState
from shared.errors import SourceError
from tests.fakes import FakeClock, FakeStreams

PATIENCE_S = 20.0
PICTURE: BgrImage = np.zeros((48, 64, 3), np.uint8)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


class Steady:
    """A source that gives a picture every hundredth of a second."""

    fps: float | None = None

    def __init__(self) -> None:
        self.closed = False

    def read(self) -> BgrImage:
        time.sleep(0.01)
        return PICTURE

    def close(self) -> None:
        self.closed = True


class Hanging(Steady):
    """A source whose driver does not come back from a read until it is let go."""

    def __init__(self, let_go: Event) -> None:
        super().__init__()
        self._let_go = let_go

    def read(self) -> BgrImage:
        self._let_go.wait()
        return super().read()


class Handed(Steady):
    """A source that gives a picture when it is handed one; none is waited for once it is let go."""

    def __init__(self, let_go: Event) -> None:
        super().__init__()
        self._let_go = let_go
        self.handed = Semaphore(0)

    def read(self) -> BgrImage:
        while not self.handed.acquire(timeout=0.05):
            if self._let_go.is_set():
                return super().read()
        return PICTURE


class Bench:
    """A fleet of cameras with real threads; what a source does is in its name."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.streams: dict[str, list[FakeStreams]] = {}
        self.opened: list[str] = []
        self.unplugged = False
        self.sources: list[Steady] = []
        self.fleet = Fleet(self._make, self._open)

    def _make(self, settings: CameraSettings, opener: Opener) -> Camera:
        streams = FakeStreams(settings.id)
        self.streams.setdefault(settings.id, []).append(streams)
        always = Demand(always=True)
        return Camera(
            settings, streams=streams, clock=FakeClock(), demand=always, run_id="run", opener=opener
        )

    def _open(self, settings: CameraSettings) -> Source:
        if self.unplugged:
            raise SourceError("source fake: no such device")
        self.opened.append(settings.id)
        if settings.source.endswith(("hangs-in-open", "hangs-and-fails")):
            self.let_go.wait()
        if settings.source == "test:hangs-and-fails":
            raise SourceError("source fake: gone")
        source = self._source(settings.source)
        self.sources.append(source)
        return source

    def _source(self, name: str) -> Steady:
        if name == "test:handed":
            return Handed(self.let_go)
        return Hanging(self.let_go) if name == "test:hangs-in-read" else Steady()

    def hand_out(self) -> None:
        """Hand each source that waits for one a picture."""
        for source in self.sources:
            if isinstance(source, Handed):
                source.handed.release()

    def apply(self, **sources: str) -> None:
        """Let there be the cameras with these sources."""
        common = CaptureSettings.load({})
        self.fleet.apply([common.camera(camera, f"test:{source}") for camera, source in sources.items()])

    def published(self, camera: str) -> int:
        """Return how many frames the newest camera of an id has published."""
        return len(self.streams[camera][-1].frames)

    def camera(self, camera: str) -> Camera:
        (found,) = [one for one in self.fleet.cameras if one.id == camera]
        return found

    def thread(self, camera: str) -> Thread:
        """Return the thread of the newest camera of an id."""
        return [thread for thread in enumerate_threads() if thread.name == f"camera {camera}"][-1]

    def until_published(self, number: int, *cameras: str) -> None:
        until(lambda: all(self.published(camera) == number for camera in cameras))

    def until_live(self, *cameras: str) -> None:
        until(lambda: all(self.published(camera) for camera in cameras))


class NoThread(Thread):
    """A thread on a machine that has no more of them."""

    def start(self) -> None:
        raise RuntimeError("can't start new thread")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(module, "LETS_GO_WITHIN_S", 0.3)
    bench = Bench()
    yield bench
    bench.let_go.set()
    bench.fleet.end()


def test_every_camera_runs_in_its_own_thread(bench: Bench) -> None:
    bench.apply(one="a", two="b")
    bench.until_live("one", "two")
    assert bench.fleet.ids() == ["one", "two"]


def test_the_same_cameras_again_change_nothing(bench: Bench) -> None:
    bench.apply(one="a", two="b")
    cameras = bench.fleet.cameras
    bench.apply(two="b", one="a")
    assert bench.fleet.cameras == cameras


def test_a_camera_whose_thread_cannot_be_started_is_tried_again_with_the_next_edit(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as scarce:
        scarce.setattr(module, "Thread", NoThread)
        bench.apply(door="steady")
    assert bench.fleet.ids() == []
    assert "camera door: not started: can't start new thread" in caplog.messages

    bench.apply(door="steady")
    bench.until_live("door")


def test_a_camera_that_is_added_touches_no_other(bench: Bench) -> None:
    bench.apply(one="a")
    one = bench.camera("one")
    bench.apply(one="a", two="b")
    bench.until_live("two")
    assert bench.camera("one") is one
    assert bench.opened.count("one") == 1


def test_a_camera_that_is_changed_restarts_alone(bench: Bench) -> None:
    bench.apply(one="a", two="b")
    bench.until_live("one", "two")
    one, two = bench.fleet.cameras
    bench.apply(one="c", two="b")
    until(lambda: len(bench.streams["one"]) == 2 and bench.published("one") > 0)
    assert bench.camera("one") is not one
    assert bench.camera("two") is two
    assert bench.sources[0].closed or bench.sources[1].closed
    before = len(bench.streams["one"][0].frames)
    bench.until_live("one")
    assert len(bench.streams["one"][0].frames) == before
    assert bench.fleet.removed() == []


def test_a_camera_that_is_removed_ends_and_is_forgotten_when_its_keys_are_gone(bench: Bench) -> None:
    bench.apply(one="a", two="b")
    bench.until_live("one", "two")
    one = bench.camera("one")
    bench.apply(two="b")
    assert bench.fleet.ids() == ["two"]
    until(lambda: bench.fleet.removed() == [one])
    assert one.status.state is CameraState.IDLE
    live = ("mien_camera_live", {"camera": "one"})
    assert REGISTRY.get_sample_value(*live) == 0
    bench.fleet.forget(one)
    assert bench.fleet.removed() == []
    assert REGISTRY.get_sample_value(*live) is None


def test_a_camera_that_comes_back_before_its_keys_are_gone_keeps_them(bench: Bench) -> None:
    bench.apply(one="a", two="b")
    bench.apply(two="b")
    bench.apply(one="a", two="b")
    bench.until_live("one")
    assert bench.fleet.removed() == []


@pytest.mark.parametrize("source", ["hangs-in-open", "hangs-in-read", "hangs-and-fails"])
def test_a_forgotten_camera_whose_driver_lets_go_stays_out_of_the_metrics(bench: Bench, source: str) -> None:
    bench.apply(one=source)
    until(lambda: bench.opened == ["one"])
    one, thread = bench.camera("one"), bench.thread("one")
    bench.apply()
    until(lambda: bench.fleet.removed() == [one])
    bench.fleet.forget(one)
    bench.let_go.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    for name in ("mien_camera_live", "mien_source_lost_total", "mien_frames_captured_total"):
        assert REGISTRY.get_sample_value(name, {"camera": "one"}) is None


def test_a_changed_camera_that_lets_go_late_does_not_say_that_the_new_one_is_not_live(bench: Bench) -> None:
    bench.apply(one="hangs-in-open")
    until(lambda: bench.opened == ["one"])
    thread = bench.thread("one")
    bench.apply(one="a")
    live = ("mien_camera_live", {"camera": "one"})
    until(lambda: REGISTRY.get_sample_value(*live) == 1)
    bench.let_go.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert REGISTRY.get_sample_value(*live) == 1


def test_forgetting_a_camera_leaves_the_next_of_its_id_to_be_forgotten(bench: Bench) -> None:
    bench.apply(one="a")
    first = bench.camera("one")
    bench.apply()
    bench.apply(one="a")
    second = bench.camera("one")
    bench.apply()
    bench.fleet.forget(first)
    assert bench.fleet.unforgotten() == [second]


def test_a_removed_camera_that_has_not_ended_yet_is_unforgotten(bench: Bench) -> None:
    bench.apply(one="hangs-in-open")
    until(lambda: bench.opened == ["one"])
    one = bench.camera("one")
    bench.apply()
    assert bench.fleet.unforgotten() == [one]


def test_of_twelve_cameras_one_that_hangs_in_open_and_one_in_read_cost_the_other_ten_no_picture(
    bench: Bench,
) -> None:
    others = {f"cam{number}": "handed" for number in range(10)}
    bench.apply(opens="hangs-in-open", reads="hangs-in-read", **others)
    until(lambda: "opens" in bench.opened and len(bench.sources) == 11)
    pictures = 100
    for number in range(1, pictures + 1):
        bench.hand_out()
        # The next one comes when each camera has published this one: the machine's pace counts for nothing.
        bench.until_published(number, *others)
    assert [bench.camera(camera).status.replaced for camera in others] == [0] * 10
    assert bench.published("opens") == bench.published("reads") == 0


def test_a_camera_that_hangs_in_open_is_lost_while_the_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_module, "OPENS_WITHIN_S", 0.2)
    bench.apply(opens="hangs-in-open", one="a")
    until(lambda: bench.camera("opens").status.state is CameraState.LOST)
    assert "no answer from its driver" in bench.camera("opens").status.error
    until(lambda: bench.camera("one").status.state is CameraState.LIVE)


def test_a_removed_camera_that_hangs_in_its_driver_is_not_waited_for(bench: Bench) -> None:
    bench.apply(one="hangs-in-open", two="hangs-in-read", three="a")
    until(lambda: {"one", "two"} <= set(bench.opened))
    bench.apply(three="a")
    until(lambda: {camera.id for camera in bench.fleet.removed()} == {"one", "two"})


@pytest.mark.parametrize("source", ["hangs-in-open", "hangs-in-read"])
def test_the_source_of_a_changed_camera_is_not_opened_twice_while_its_driver_holds_it(
    bench: Bench, source: str
) -> None:
    bench.apply(one=source)
    until(lambda: bench.opened == ["one"])
    bench.fleet.apply([CaptureSettings.load({"MIEN_MIRROR": "true"}).camera("one", f"test:{source}")])
    until(lambda: "stuck in its driver" in bench.camera("one").status.error)
    assert bench.opened == ["one"]
    bench.let_go.set()
    until(lambda: bench.published("one") > 0)


@pytest.mark.parametrize("camera", ["one", "two"])
def test_a_device_is_not_opened_by_another_name_while_its_driver_holds_it(
    bench: Bench, camera: str, tmp_path: Path
) -> None:
    (tmp_path / "hangs-in-open").touch()
    (tmp_path / "by-id").symlink_to("hangs-in-open")
    common = CaptureSettings.load({})
    bench.fleet.apply([common.camera("one", f"/dev/..{tmp_path}/hangs-in-open")])
    until(lambda: bench.opened == ["one"])
    bench.fleet.apply([common.camera(camera, f"/dev/..{tmp_path}/by-id")])
    until(lambda: "stuck in its driver" in bench.camera(camera).status.error)
    assert bench.opened == ["one"]
    bench.let_go.set()
    until(lambda: bench.published(camera) > 0)


def test_a_device_that_was_plugged_in_later_is_known_by_what_was_opened(bench: Bench, tmp_path: Path) -> None:
    link = tmp_path / "by-id-hangs-in-open"
    common = CaptureSettings.load({})
    bench.unplugged = True
    bench.fleet.apply([common.camera("one", f"/dev/..{link}")])
    until(lambda: bench.camera("one").status.state is CameraState.LOST)
    link.symlink_to("video0")
    bench.unplugged = False
    until(lambda: bench.opened == ["one"])
    bench.fleet.apply([common.camera("one", f"/dev/..{tmp_path}/video0")])
    until(lambda: "stuck in its driver" in bench.camera("one").status.error)
    assert bench.opened == ["one"]


def test_a_camera_that_hangs_gets_another_source_at_once(bench: Bench) -> None:
    bench.apply(one="hangs-in-open")
    until(lambda: bench.opened == ["one"])
    bench.apply(one="a")
    bench.until_live("one")


def test_ending_does_not_wait_for_what_hangs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_WORDS_S", 0.3)
    bench.apply(one="hangs-in-open", two="a")
    bench.until_live("two")
    bench.fleet.end()
    assert bench.camera("two").status.state is CameraState.IDLE
