"""A real Redis Cluster of three nodes: cameras in different slots, and nothing that spans two of them."""

import signal
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Event, Timer

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.commands import Commands
from shared.counters import read_account
from shared.entities import CameraState, CameraStatus, Privacy
from shared.errors import BrokerRefused, BrokerUnreachable, SettingsError
from shared.keys import CameraKeys
from shared.recorded import RecordedFrame
from shared.recordings import RecordingScripts, RecordingStreams
from shared.registry import Registry
from shared.streams import CameraStreams, NewTracks, Scripts
from shared.wake_ups import WakeUps
from shared.watching import Watching
from tests import made
from tests.brokers import connected, redis_server
from tests.clusters import Cluster, node, redis_cluster
from tests.e2e.processes import Pipeline, eventually, free_port

WORKERS = 3
FRAMES = 20


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with redis_cluster() as cluster:
        yield cluster


@pytest.fixture
def broker(cluster: Cluster) -> Iterator[Broker]:
    broker = connected(cluster.url)
    broker.redis.flushall()
    yield broker
    broker.close()


@pytest.fixture
def cameras(cluster: Cluster) -> list[str]:
    """Two cameras whose keys are in different nodes."""
    names = [f"cam{i}" for i in range(1, 100)]
    homes = {cluster.node_of(CameraKeys(name).frames): name for name in names}
    return list(homes.values())[:2]


def test_the_scripts_run_and_the_accounts_balance_for_cameras_in_different_nodes(
    cluster: Cluster, broker: Broker, cameras: list[str]
) -> None:
    assert len({cluster.node_of(CameraKeys(camera).frames) for camera in cameras}) == 2
    scripts = Scripts(broker)
    for camera in cameras:
        streams = CameraStreams(broker, camera, scripts=scripts)
        now = BrokerClock(broker).now()
        streams.publish(made.frame(1, now), run="run")
        streams.publish(made.frame(2, now), run="run")
        entry = streams.take("worker")
        assert entry is not None
        assert streams.follow(entry.stored.version, NewTracks(b"tracks", [1], 2)) is None
        assert Commands(broker, BrokerClock(broker)).learn_neutral(camera, 1) is not None
        assert streams.finish(entry.id, made.result(entry.id, 2, now, made.face())) == 1
        streams.publish(made.frame(3, now), run="run")
        assert streams.sweep("sweeper").abandoned == 0
        assert [one.fields[b"seq"] for one in streams.results_after("0", block_ms=100)] == [b"2"]
        newest = streams.newest_result()
        assert newest is not None
        assert newest.fields[b"seq"] == b"2"
        account = read_account(broker, camera)
        assert (account.captured, account.published, account.waiting, account.difference) == (3, 1, 1, 0)
        (group,) = broker.redis.xinfo_groups(streams.keys.frames)
        assert (group["pending"], group["lag"]) == (0, 1)


def test_recordings_in_different_nodes_are_delivered_whole(
    cluster: Cluster, broker: Broker, cameras: list[str]
) -> None:
    assert len({cluster.node_of(CameraKeys(recording).frames) for recording in cameras}) == 2
    scripts, registry = RecordingScripts(broker), Registry(broker, BrokerClock(broker))
    for recording in cameras:
        streams = RecordingStreams(broker, recording, scripts=scripts)
        offered = [
            streams.offer(RecordedFrame(index, index, 64, 48, made.JPEG), bound=3) for index in range(4)
        ]
        assert offered == [True, True, True, False]
        assert streams.offer(RecordedFrame(3, 3, 64, 48, made.JPEG), bound=3) is False
        registry.recording_is_here(recording)
        for number in range(3):
            taken = streams.take(f"w{number}")
            assert taken is not None
            assert streams.deliver(taken, b"{}") is True
            assert streams.deliver(taken, b"{}") is True
        streams.end(3)
        found = streams.collect(block_ms=100)
        assert len(found) == 4
        streams.forget([one.id for one in found])
        assert (streams.account().difference, streams.account().is_done) == (0, True)
    assert registry.recordings() == sorted(cameras)
    assert registry.cameras() == []
    for recording in cameras:
        RecordingStreams(broker, recording, scripts=scripts).remove()
        registry.recording_left(recording)
    assert registry.recordings() == []
    assert all(broker.redis.exists(CameraKeys(recording).ledger) == 0 for recording in cameras)


def test_waiting_for_results_ends_without_any(broker: Broker, cameras: list[str]) -> None:
    assert CameraStreams(broker, cameras[0]).results_after("$", block_ms=20) == []


def test_a_wake_up_reaches_a_worker_whichever_node_has_the_camera(broker: Broker, cameras: list[str]) -> None:
    wake_ups = WakeUps(broker)
    assert wake_ups.wait(0.1) == set()
    for camera in cameras:
        CameraStreams(broker, camera).publish(made.frame(1, 1), run="run")
    assert wake_ups.wait(5) | wake_ups.wait(0.5) == set(cameras)
    wake_ups.close()


def test_the_lists_of_cameras_and_workers_work_over_several_slots(broker: Broker, cameras: list[str]) -> None:
    registry = Registry(broker, BrokerClock(broker))
    status = CameraStatus(CameraState.LIVE, "test", 640, 480, 29.97, replaced=3)
    for camera in cameras:
        registry.camera_is_here(camera, status)
        assert registry.camera_status(camera) == status
    registry.worker_is_here("w1", host="here", fps=10, privacy=Privacy.OFF)
    registry.worker_is_here("w2", host="there", fps=12.5, privacy=Privacy.BLUR)
    assert registry.cameras() == sorted(cameras)
    assert [(worker.id, worker.host, worker.fps) for worker in registry.workers()] == [
        ("w1", "here", 10.0),
        ("w2", "there", 12.5),
    ]
    registry.worker_left("w1")
    registry.camera_left(cameras[0])
    assert registry.cameras() == [cameras[1]]
    assert [worker.id for worker in registry.workers()] == ["w2"]


def test_viewers_are_counted(broker: Broker, cameras: list[str]) -> None:
    watching = Watching(broker, BrokerClock(broker))
    watching.look(cameras[0], "web1", 2)
    watching.look(cameras[0], "web2", 1)
    watching.look(cameras[0], "web1", 1)
    assert [watching.viewers(camera) for camera in cameras] == [2, 0]
    assert watching.viewers_of(cameras) == [2, 0]


def test_the_clock_is_that_of_one_node(cluster: Cluster, broker: Broker) -> None:
    before = asked(cluster)
    BrokerClock(broker).now()
    assert sorted(after - earlier for after, earlier in zip(asked(cluster), before, strict=True)) == [0, 0, 5]


def asked(cluster: Cluster) -> list[int]:
    """Return how often each node was asked for the time by a client, not by a script."""
    counts = []
    for port in cluster.ports:
        with node(port) as client:
            counts.append(client.info("commandstats").get("cmdstat_time", {}).get("calls", 0))
    return counts


def test_its_life_is_that_of_all_nodes(cluster: Cluster, broker: Broker) -> None:
    ids = set()
    for port in cluster.ports:
        with node(port) as client:
            ids.add(client.info("server")["run_id"])
    assert set(broker.run_id().split("+")) == ids


def test_a_cluster_that_is_away_is_unreachable_and_nothing_is_sent_before_it_is_used() -> None:
    broker = Broker("redis+cluster://127.0.0.1:1")
    scripts, wake_ups = Scripts(broker), WakeUps(broker)
    with pytest.raises(BrokerUnreachable, match=r"^broker redis\+cluster://127\.0\.0\.1:1 cannot be reached"):
        broker.ping()
    with pytest.raises(BrokerUnreachable):
        CameraStreams(broker, "cam1", scripts=scripts).take("worker")
    with pytest.raises(BrokerUnreachable):
        wake_ups.wait(0.1)
    wake_ups.close()
    broker.close()


def test_a_cluster_has_one_database_only() -> None:
    with pytest.raises(SettingsError, match="MIEN_REDIS_URL"):
        Broker("redis+cluster://127.0.0.1:1/3")


def test_a_single_server_that_is_named_as_a_cluster_refuses() -> None:
    with redis_server("--port", str(free_port()), "--bind", "127.0.0.1") as url:
        port = connected(url).redis.config_get("port")["port"]
        with pytest.raises(BrokerRefused, match="cluster support disabled"):
            Broker(f"redis+cluster://127.0.0.1:{port}").wait(Event())


def test_a_wrong_password_is_refused_in_one_line(cluster: Cluster) -> None:
    with node(cluster.ports[0]) as client:
        client.config_set("requirepass", "correct")
        try:
            for password in (None, "wrong"):
                with pytest.raises(BrokerRefused) as caught:
                    Broker(cluster.url, password=password).wait(Event())
                assert "\n" not in str(caught.value)
                assert "wrong" not in str(caught.value)
            assert Broker(cluster.url, password="correct").redis.get("mien:nothing") is None
        finally:
            client.config_set("requirepass", "")


def test_a_node_that_does_not_answer_is_waited_for_and_the_others_go_on(
    cluster: Cluster, broker: Broker, cameras: list[str]
) -> None:
    frozen, other = cameras
    process = cluster.nodes[cluster.node_of(CameraKeys(frozen).frames)]
    back = Timer(1.0, process.send_signal, [signal.SIGCONT])
    process.send_signal(signal.SIGSTOP)
    back.start()
    CameraStreams(broker, other).publish(made.frame(1, 1), run="run")
    CameraStreams(broker, frozen).publish(made.frame(1, 1), run="run")
    back.join()
    assert [read_account(broker, camera).captured for camera in cameras] == [1, 1]


def test_frames_of_two_cameras_flow_through_three_workers(
    cluster: Cluster, broker: Broker, cameras: list[str], tmp_path: Path
) -> None:
    settings = {"MIEN_REDIS_URL": cluster.url, "MIEN_CAMERAS": " ".join(f"{name}=test:" for name in cameras)}
    with Pipeline(tmp_path, **settings) as pipeline:
        pipeline.start_all(workers=WORKERS)
        for camera in cameras:
            with pipeline.feed(camera) as feed:
                seqs = [part.seq for part in islice(feed.frames(), FRAMES)]
            assert seqs == sorted(set(seqs))
        registry = Registry(broker, BrokerClock(broker))
        eventually("all workers", lambda: len(registry.workers()) == WORKERS)
        eventually("each publishes", lambda: all(worker.fps > 0 for worker in registry.workers()))
        for camera in cameras:
            account = read_account(broker, camera)
            assert account.published >= FRAMES
            assert account.difference == 0
        assert "Traceback" not in logs_of(pipeline)
        assert [service.stop() for service in pipeline.services] == [0] * len(pipeline.services)
        logs = logs_of(pipeline)
    assert "CROSSSLOT" not in logs
    assert "answers with an error" not in logs
    assert all(read_account(broker, camera).difference == 0 for camera in cameras)


def logs_of(pipeline: Pipeline) -> str:
    return "".join(service.text() for service in pipeline.services)
