"""`cameras.yaml`, edited while the real capture process runs at a real broker."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest

from shared.clock import BrokerClock
from shared.entities import CameraState
from shared.entries import decode_result
from shared.keys import CameraKeys
from shared.registry import Registry
from shared.streams import CameraStreams
from tests.e2e.processes import Pipeline, Service, eventually, free_port

SECRET = "hunter2"
WITHIN_S = 5.0
"""So soon an edit is to show; processes start outside of it."""

ONE = "  one:\n    source: test:320x240@20\n    mode: always\n"
TWO = "  two:\n    source: test:320x240@20\n    mode: always\n"
DOWN = f"  down:\n    source: rtsp://u:{SECRET}@127.0.0.1:1/live\n"


class Bench:
    """A running capture and its file of cameras."""

    def __init__(self, pipeline: Pipeline, path: Path) -> None:
        self.pipeline = pipeline
        self.path = path
        self.registry = Registry(pipeline.broker, BrokerClock(pipeline.broker))
        self.metrics_port = free_port()

    def write(self, *cameras: str) -> None:
        """Replace the file, as editors do."""
        other = self.path.with_suffix(".new")
        other.write_text("cameras:\n" + "".join(cameras))
        other.replace(self.path)

    def start(self, *cameras: str) -> Service:
        """Start capture with these cameras."""
        self.write(*cameras)
        port = str(self.metrics_port)
        return self.pipeline.start(
            "services.capture", MIEN_CAMERAS_FILE=str(self.path), MIEN_METRICS_PORT=port
        )

    def live(self, camera: str) -> bool:
        """Return whether a camera is listed and gives frames."""
        if camera not in self.registry.cameras():
            return False
        status = self.registry.camera_status(camera)
        return status is not None and status.state is CameraState.LIVE

    def keys(self, camera: str) -> set[str]:
        """Return the names of the keys that there are of a camera."""
        found = self.pipeline.broker.redis.keys(f"mien:{{{camera}}}:*")
        return {key.decode().rpartition(":")[2] for key in found}  # type: ignore[union-attr]  # redis-py's type

    def run(self, camera: str) -> bytes | None:
        """Return by what the camera's frames are known to be of one opening."""
        run = self.pipeline.broker.redis.hget(CameraKeys(camera).ledger, "run")
        return run if isinstance(run, bytes) else None

    def metric(self, name: str) -> float | None:
        """Return a metric without labels."""
        with urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return next((float(line.split()[1]) for line in lines if line.startswith(f"{name} ")), None)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Pipeline(tmp_path) as pipeline:
        yield Bench(pipeline, tmp_path / "cameras.yaml")


def test_an_added_camera_shows_and_a_removed_one_goes_and_no_other_is_touched(bench: Bench) -> None:
    service = bench.start(ONE)
    eventually("the first camera is live", partial(bench.live, "one"))
    run = bench.run("one")
    bench.write(ONE, TWO)
    eventually("the second is live", partial(bench.live, "two"), within_s=WITHIN_S)
    bench.write(ONE)
    gone = {"frames", "results", "status", "tracks", "watched"}
    eventually("it is off the list", lambda: bench.registry.cameras() == ["one"], within_s=WITHIN_S)
    eventually("what it showed is gone", lambda: not gone & bench.keys("two"), within_s=WITHIN_S)
    assert bench.live("one")
    assert bench.run("one") == run
    assert service.stop() == 0
    assert bench.registry.cameras() == []


def test_a_changed_camera_restarts_alone(bench: Bench) -> None:
    bench.start(ONE, TWO)
    eventually("both are live", lambda: bench.live("one") and bench.live("two"))
    runs = bench.run("one"), bench.run("two")
    bench.write(ONE, TWO.replace("320x240", "640x480"))
    eventually("the second has its new size", lambda: _width(bench, "two") == 640, within_s=WITHIN_S)
    assert bench.run("one") == runs[0]
    assert bench.run("two") != runs[1]
    assert _width(bench, "one") == 320


def test_a_broken_edit_is_refused_with_its_line_and_the_old_state_goes_on(bench: Bench) -> None:
    service = bench.start(ONE, DOWN)
    eventually("the camera is live", partial(bench.live, "one"))
    assert bench.metric("mien_cameras_file_in_use") == 1
    run = bench.run("one")
    bench.write(ONE.replace("mode:", "mod:"), TWO, DOWN)
    problem = "camera 'one': unknown key 'mod'; did you mean 'mode'?"
    line = f"{bench.path}:4: {problem}; the cameras stay as they were"
    eventually("it is said", lambda: line in service.text(), within_s=WITHIN_S)
    eventually("it is counted", lambda: bench.metric("mien_cameras_file_in_use") == 0)
    assert bench.registry.cameras() == ["down", "one"]
    assert bench.live("one")
    assert bench.run("one") == run
    assert service.text().count("unknown key") == 1
    bench.write(ONE, TWO, DOWN)
    eventually("the mended file is taken", partial(bench.live, "two"), within_s=WITHIN_S)
    assert bench.metric("mien_cameras_file_in_use") == 1
    assert bench.run("one") == run
    assert SECRET not in service.text()


def test_a_wrong_file_stops_the_start_with_its_line(bench: Bench) -> None:
    service = bench.start(ONE, DOWN.replace("source", "sorce"))
    assert service.wait() == 2
    assert f"{bench.path}:6: camera 'down': unknown key 'sorce'" in service.text()
    assert SECRET not in service.text()
    assert "Traceback" not in service.text()


def test_what_a_camera_asks_for_is_done_and_the_workers_own_setting_is_the_least(bench: Bench) -> None:
    asking = {"one": "off", "two": "numbers"}
    bench.start(*[camera + f"    privacy: {asking[camera.split(':')[0].strip()]}\n" for camera in (ONE, TWO)])
    bench.pipeline.start("services.inference", MIEN_PRIVACY="blur")
    for camera, privacy in (("one", "blur"), ("two", "numbers")):
        streams = CameraStreams(bench.pipeline.broker, camera)
        entry = eventually("a result", streams.newest_result, within_s=40)
        assert decode_result(entry.fields).privacy.value == privacy


def _width(bench: Bench, camera: str) -> int:
    status = bench.registry.camera_status(camera)
    return status.width if status is not None else 0
