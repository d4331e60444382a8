import logging
from dataclasses import replace

import pytest

from services.capture import desk as module
from services.capture.camera import Camera
from services.capture.demand import LINGER_S, Demand
from services.capture.desk import NUMBERS_KEPT_S, POLL_S, SWEPT_FOR_S, Desk
from services.capture.settings import CaptureSettings
from shared.entities import CameraState
from shared.health import Health
from shared.logs import Seldom
from tests.fakes import (
    AWAY,
    WRONG_TYPE,
    FakeClock,
    FakeRegistry,
    FakeStreams,
    FakeWatching,
    Ticker,
    Waits,
)


class FakeFleet:
    """Cameras whose threads don't run."""

    def __init__(self, cameras: list[Camera]) -> None:
        self.cameras = cameras
        self.gone: list[Camera] = []
        self.ending: list[Camera] = []

    def removed(self) -> list[Camera]:
        return list(self.gone)

    def unforgotten(self) -> list[Camera]:
        return [*self.gone, *self.ending]

    def forget(self, camera: Camera) -> None:
        self.gone.remove(camera)


class Bench:
    """A desk over two cameras whose threads don't run."""

    def __init__(self) -> None:
        self.ticker = Ticker()
        self.clock = FakeClock()
        self.registry = FakeRegistry()
        self.watching = FakeWatching()
        self.health = Health()
        self.stop = Waits()
        self.streams = {"door": FakeStreams("door"), "hall": FakeStreams("hall")}
        settings = CaptureSettings.load({"MIEN_CAMERAS": "door=test: hall=test:"})
        self.cameras = [
            Camera(
                camera,
                streams=self.streams[camera.id],
                clock=self.clock,
                demand=Demand(always=False, monotonic=self.ticker),
                run_id="run",
            )
            for camera in settings.camera_list()
        ]
        self.cameras_made = list(self.cameras)
        self.fleet = FakeFleet(self.cameras)
        self.desk = Desk(
            "capture-1",
            self.fleet,
            registry=self.registry,
            watching=self.watching,
            clock=self.clock,
            health=self.health,
            monotonic=self.ticker,
        )

    def round(self, after_s: float = POLL_S) -> None:
        self.ticker.now += after_s
        self.desk.round(self.stop)

    def wanted(self) -> list[str]:
        return [camera.id for camera in self.cameras if camera.demand.wanted()]


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(module, "seldom", Seldom(logging.getLogger(module.__name__)))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_first_round_writes_the_status_of_every_camera(bench: Bench) -> None:
    bench.round()
    assert [(camera, status.state) for camera, status in bench.registry.statuses] == [
        ("door", CameraState.IDLE),
        ("hall", CameraState.IDLE),
    ]
    assert bench.clock.refreshed == 1
    assert bench.health.ready()


def test_each_round_waits_a_moment(bench: Bench) -> None:
    bench.round()
    assert bench.stop.waits == [POLL_S]


def test_a_camera_that_somebody_looks_at_is_wanted_and_the_other_is_not(bench: Bench) -> None:
    bench.watching.numbers = {"hall": 2}
    bench.round()
    assert bench.wanted() == ["hall"]


def test_a_status_without_news_is_written_with_the_heartbeat_only(bench: Bench) -> None:
    for _ in range(3):
        bench.round(0.2)
    assert len(bench.registry.statuses) == 2
    bench.round(1.0)
    assert len(bench.registry.statuses) == 4


def test_news_of_a_camera_are_written_at_once(bench: Bench) -> None:
    bench.round()
    bench.cameras[1]._status = replace(bench.cameras[1].status, state=CameraState.LOST, error="no route")
    bench.round(0.1)
    assert len(bench.registry.statuses) == 3
    assert bench.registry.statuses[-1][0] == "hall"
    assert bench.registry.statuses[-1][1].error == "no route"


def test_frames_are_swept_with_the_heartbeat_where_no_worker_is_there(bench: Bench) -> None:
    bench.round()
    bench.round(0.1)
    assert bench.streams["door"].sweepers == ["capture-1"]
    assert bench.streams["hall"].sweepers == ["capture-1"]


def test_without_the_broker_an_open_camera_stays_open_and_capture_is_not_ready(bench: Bench) -> None:
    bench.watching.numbers = {"hall": 1}
    bench.round()
    bench.watching.error = AWAY
    for _ in range(5):
        with pytest.raises(type(AWAY)):
            bench.round(LINGER_S / 2)
    assert bench.wanted() == ["hall"]
    assert bench.health.alive()
    assert not bench.health.ready()


def test_a_broker_that_comes_back_empty_leaves_viewers_the_time_to_say_it_again(bench: Bench) -> None:
    bench.watching.numbers = {"hall": 1}
    bench.round()
    bench.watching.error = AWAY
    with pytest.raises(type(AWAY)):
        bench.round(1.0)
    bench.watching.error, bench.watching.numbers = None, {}
    bench.round(LINGER_S / 2)
    assert bench.wanted() == ["hall"]
    bench.round(LINGER_S / 2)
    assert bench.wanted() == []


def test_a_status_that_could_not_be_written_is_written_when_the_broker_is_back(bench: Bench) -> None:
    bench.registry.error = AWAY
    with pytest.raises(type(AWAY)):
        bench.round()
    bench.registry.error = None
    bench.round(0.1)
    assert [camera for camera, _ in bench.registry.statuses] == ["door", "hall"]


def test_one_cameras_bad_key_is_said_and_the_other_camera_is_tended(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.registry.bad_cameras["door"] = WRONG_TYPE
    bench.streams["door"].error = WRONG_TYPE
    bench.watching.bad_cameras["door"] = WRONG_TYPE
    bench.watching.numbers = {"hall": 1}
    bench.round()
    assert [camera for camera, _ in bench.registry.statuses] == ["hall"]
    assert bench.streams["hall"].sweepers == ["capture-1"]
    assert bench.wanted() == ["hall"]
    assert bench.health.ready()
    assert caplog.messages == [f"camera door: {WRONG_TYPE}"]


def test_a_bad_key_does_not_stop_what_the_cameras_other_keys_are_for(bench: Bench) -> None:
    bench.watching.bad_cameras["door"] = WRONG_TYPE
    bench.round()
    assert [camera for camera, _ in bench.registry.statuses] == ["door", "hall"]
    assert bench.streams["door"].sweepers == ["capture-1"]


def test_an_open_camera_whose_viewers_cannot_be_read_stays_open(bench: Bench) -> None:
    bench.watching.numbers = {"hall": 1}
    bench.round()
    bench.watching.bad_cameras["hall"] = WRONG_TYPE
    for _ in range(5):
        bench.round(LINGER_S / 2)
    assert bench.wanted() == ["hall"]


def test_a_broker_that_takes_no_cameras_status_makes_capture_not_ready(bench: Bench) -> None:
    bench.registry.bad_cameras = {"door": WRONG_TYPE, "hall": WRONG_TYPE}
    with pytest.raises(type(WRONG_TYPE)):
        bench.round()
    assert not bench.health.ready()


def test_a_camera_that_nobody_looks_at_closes_though_its_status_cannot_be_written(bench: Bench) -> None:
    bench.watching.numbers = {"hall": 1}
    bench.round()
    bench.registry.bad_cameras = {"door": WRONG_TYPE, "hall": WRONG_TYPE}
    bench.watching.numbers = {}
    for _ in range(2):
        with pytest.raises(type(WRONG_TYPE)):
            bench.round(LINGER_S)
    assert bench.wanted() == []


def test_cameras_that_are_stopped_are_taken_off_the_list(bench: Bench) -> None:
    bench.desk.goodbye()
    assert bench.registry.left == ["door", "hall"]
    assert bench.registry.statuses == []


def test_a_removed_camera_that_has_not_ended_yet_is_taken_off_the_list_as_well(bench: Bench) -> None:
    bench.fleet.ending = [bench.fleet.cameras.pop()]
    bench.desk.goodbye()
    assert sorted(bench.registry.left) == ["door", "hall"]


def test_the_numbers_of_a_removed_camera_stay_for_a_while_and_for_good_if_it_comes_back(bench: Bench) -> None:
    bench.round()
    assert bench.streams["hall"].numbers_for_s is None
    bench.fleet.gone = [bench.fleet.cameras.pop()]
    bench.round()
    assert bench.streams["hall"].numbers_for_s == NUMBERS_KEPT_S
    assert bench.streams["door"].numbers_for_s is None
    bench.fleet.cameras.append(bench.cameras_made[1])
    bench.round()
    assert bench.streams["hall"].numbers_for_s is None


def test_a_camera_that_was_removed_is_taken_off_the_list_and_what_was_held_of_it_goes(bench: Bench) -> None:
    bench.round()
    bench.fleet.gone = [bench.fleet.cameras.pop()]
    bench.round()
    assert bench.registry.left == ["hall"]
    assert bench.streams["hall"].forgotten
    assert not bench.streams["door"].forgotten
    assert bench.fleet.gone == []
    bench.round()
    assert bench.registry.left == ["hall"]


def test_a_camera_that_was_removed_while_the_broker_was_away_goes_when_it_is_back(bench: Bench) -> None:
    bench.fleet.gone = [bench.fleet.cameras.pop()]
    bench.registry.error = AWAY
    with pytest.raises(type(AWAY)):
        bench.round()
    bench.registry.error = None
    bench.round()
    assert bench.registry.left == ["hall"]
    assert bench.streams["hall"].forgotten


def test_a_camera_that_comes_again_under_its_id_is_written_at_once(bench: Bench) -> None:
    bench.round()
    bench.fleet.gone = [bench.fleet.cameras[1]]
    bench.round(0.1)
    assert [camera for camera, _ in bench.registry.statuses] == ["door", "hall", "hall"]


def test_without_cameras_capture_is_ready(bench: Bench) -> None:
    bench.fleet.cameras.clear()
    bench.round()
    assert bench.health.ready()


def test_a_camera_that_was_closed_long_ago_is_not_swept(bench: Bench) -> None:
    bench.round()
    bench.cameras[1]._status = replace(bench.cameras[1].status, state=CameraState.LIVE)
    bench.round(SWEPT_FOR_S + 1)
    assert bench.streams["door"].sweepers == ["capture-1"]
    assert bench.streams["hall"].sweepers == ["capture-1"] * 2
    bench.cameras[1]._status = replace(bench.cameras[1].status, state=CameraState.IDLE)
    bench.round(SWEPT_FOR_S)
    bench.round(SWEPT_FOR_S)
    assert bench.streams["hall"].sweepers == ["capture-1"] * 3
