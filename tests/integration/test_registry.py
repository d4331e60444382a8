"""Heartbeats, statuses and watchers against real brokers."""

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import CameraState, CameraStatus, Privacy
from shared.errors import BrokerErrorReply, EntryError
from shared.keys import CAMERAS, RECORDINGS, WORKERS, CameraKeys, worker_key
from shared.registry import FORGOTTEN_AFTER_S, Registry
from shared.watching import LOOKING_FOR_S, Watching

LIVE = CameraStatus(CameraState.LIVE, "test", 640, 480, 29.97, replaced=3)


@pytest.fixture
def registry(broker: Broker, clock: BrokerClock) -> Registry:
    return Registry(broker, clock)


@pytest.fixture
def watching(broker: Broker, clock: BrokerClock) -> Watching:
    return Watching(broker, clock)


def seconds(clock: BrokerClock) -> float:
    return clock.now() / 1e9


def test_a_camera_that_is_here_is_listed_with_its_status(registry: Registry) -> None:
    registry.camera_is_here("cam2", LIVE)
    registry.camera_is_here("cam1", LIVE)
    assert registry.cameras() == ["cam1", "cam2"]
    assert registry.camera_status("cam1") == LIVE


def test_a_camera_that_fell_silent_is_forgotten(
    registry: Registry, broker: Broker, clock: BrokerClock
) -> None:
    broker.redis.zadd(CAMERAS, {"old": seconds(clock) - FORGOTTEN_AFTER_S - 1})
    assert registry.cameras() == []
    registry.camera_is_here("cam1", LIVE)
    assert broker.redis.zscore(CAMERAS, "old") is None


def test_a_recording_that_is_here_is_listed_and_is_no_camera(registry: Registry) -> None:
    registry.recording_is_here("rec-2")
    registry.recording_is_here("rec-1")
    assert registry.recordings() == ["rec-1", "rec-2"]
    assert registry.cameras() == []
    status = registry.camera_status("rec-1")
    assert status is not None
    assert (status.source, status.delivery) == ("recording", "every")
    registry.recording_left("rec-1")
    assert registry.recordings() == ["rec-2"]
    assert registry.camera_status("rec-1") is None


def test_a_recording_whose_publisher_and_collector_fell_silent_is_forgotten(
    registry: Registry, broker: Broker, clock: BrokerClock
) -> None:
    broker.redis.zadd(RECORDINGS, {"rec-1": seconds(clock) - FORGOTTEN_AFTER_S - 1})
    assert registry.recordings() == []
    registry.recording_is_here("rec-2")
    assert broker.redis.zscore(RECORDINGS, "rec-1") is None


def test_a_status_that_cannot_be_decoded_is_an_error_that_names_the_field(
    registry: Registry, broker: Broker
) -> None:
    registry.camera_is_here("cam1", LIVE)
    broker.redis.hset(CameraKeys("cam1").status, "state", "sleepy")
    with pytest.raises(EntryError, match="'state'"):
        registry.camera_status("cam1")


def test_a_worker_is_listed_with_its_host_rate_age_and_privacy(registry: Registry) -> None:
    registry.worker_is_here("w1", host="box", fps=12.345, privacy=Privacy.BLUR)
    (worker,) = registry.workers()
    assert (worker.id, worker.host, worker.fps, worker.privacy) == ("w1", "box", 12.35, Privacy.BLUR)
    assert 0 <= worker.heartbeat_age_ms < 1_000


def test_a_worker_whose_words_are_of_another_type_does_not_hide_the_others(
    registry: Registry, broker: Broker
) -> None:
    registry.worker_is_here("w1", host="box", fps=1, privacy=Privacy.OFF)
    registry.worker_is_here("w2", host="box", fps=1, privacy=Privacy.OFF)
    broker.redis.delete(worker_key("w1"))
    broker.redis.hset(worker_key("w1"), "host", "box")
    assert [worker.id for worker in registry.workers()] == ["w2"]


def test_a_worker_that_stopped_is_off_the_list_at_once(registry: Registry) -> None:
    registry.worker_is_here("w1", host="box", fps=1, privacy=Privacy.OFF)
    registry.worker_left("w1")
    assert registry.workers() == []


def test_a_worker_that_fell_silent_is_forgotten(
    registry: Registry, broker: Broker, clock: BrokerClock
) -> None:
    broker.redis.zadd(WORKERS, {"dead": seconds(clock) - FORGOTTEN_AFTER_S - 1})
    registry.worker_is_here("w1", host="box", fps=1, privacy=Privacy.OFF)
    assert [worker.id for worker in registry.workers()] == ["w1"]


def test_viewers_of_all_web_processes_are_added_up(watching: Watching) -> None:
    watching.look("cam1", "web-a", 2)
    watching.look("cam1", "web-b", 3)
    watching.look("cam2", "web-a", 1)
    assert watching.viewers("cam1") == 5


def test_viewers_of_several_cameras_are_asked_for_at_once_and_a_bad_key_is_one_cameras_concern(
    watching: Watching, broker: Broker
) -> None:
    watching.look("cam1", "web-a", 2)
    watching.look("cam3", "web-a", 1)
    broker.redis.set(CameraKeys("cam2").watched, "no sorted set")
    one, two, three, four = watching.viewers_of(["cam1", "cam2", "cam3", "cam4"])
    assert (one, three, four) == (2, 1, 0)
    assert isinstance(two, BrokerErrorReply)


def test_a_web_process_that_says_a_new_number_replaces_its_old_one(watching: Watching) -> None:
    watching.look("cam1", "web-a", 2)
    watching.look("cam1", "web-a", 1)
    assert watching.viewers("cam1") == 1
    watching.look("cam1", "web-a", 0)
    assert watching.viewers("cam1") == 0


def test_a_web_process_that_fell_silent_is_not_looking(
    watching: Watching, broker: Broker, clock: BrokerClock
) -> None:
    key = CameraKeys("cam1").watched
    broker.redis.zadd(key, {"web-a/4": seconds(clock) - LOOKING_FOR_S - 1})
    assert watching.viewers("cam1") == 0
    watching.look("cam1", "web-b", 1)
    assert broker.redis.zcard(key) == 1


def test_several_cameras_statuses_come_at_once(registry: Registry, broker: Broker) -> None:
    registry.camera_is_here("cam1", LIVE)
    broker.redis.hset("mien:{cam2}:status", "v", "1")
    first, second, third = registry.camera_statuses(["cam1", "cam2", "cam3"])
    assert (first, third) == (LIVE, None)
    assert isinstance(second, EntryError)
