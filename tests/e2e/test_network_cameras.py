"""Network cameras behind a login, that go away and come back, with a viewer who watches all the time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeAlias

import pytest

from services.capture.picture import as_jpeg
from tests.e2e.api import get, get_json
from tests.e2e.processes import URL, Pipeline, Service, clean_environment, eventually, free_port
from tests.http_camera import PASSWORD, HttpCamera
from tests.made_videos import drawn
from tests.rtsp import RtspCamera

NetworkCamera: TypeAlias = HttpCamera | RtspCamera

KEY = "no-word-for-pages-3K8"
GUESS = "not-the-word-5X2"
LONG_S, SHORT_S = 20.0, 6.0
BACK_S = 60.0
"""Much longer than the longest pause between two tries, for a machine that is busy."""


@contextmanager
def running(kind: str) -> Iterator[NetworkCamera]:
    camera = RtspCamera() if kind == "rtsp" else HttpCamera([as_jpeg(drawn(n), 85).data for n in range(25)])
    try:
        yield camera
    finally:
        camera.stop()


@contextmanager
def watched(pipeline: Pipeline) -> Iterator[list[int]]:
    """Watch all the time; yield the numbers of the frames seen so far."""
    seen: list[int] = []
    enough = Event()

    def watch() -> None:
        for part in feed.parts():
            if enough.is_set():
                return
            if part.is_frame:
                seen.append(part.seq)

    with pipeline.feed() as feed:
        viewer = Thread(target=watch, daemon=True)
        viewer.start()
        yield seen
        enough.set()
        viewer.join(15)


def start(pipeline: Pipeline, source: str) -> None:
    port = free_port()
    pipeline.settings |= {"MIEN_SOURCE": source, "MIEN_MODE": "on-demand", "MIEN_LOG_LEVEL": "DEBUG"}
    pipeline.start("services.capture", MIEN_METRICS_PORT=str(port))
    pipeline.start("services.inference")
    pipeline.start("services.web")
    pipeline.settings["CAPTURE_METRICS"] = str(port)


@pytest.mark.parametrize(("kind", "away_s"), [("rtsp", LONG_S), ("http", SHORT_S)])
def test_a_camera_that_goes_away_is_lost_and_is_watched_again_when_it_is_back(
    pipeline: Pipeline, kind: str, away_s: float
) -> None:
    with running(kind) as camera:
        start(pipeline, camera.url())
        with watched(pipeline) as seen:
            eventually("frames", lambda: len(seen) > 5, within_s=60)
            camera.stop()
            eventually("the status says it", lambda: status(pipeline)["state"] == "lost", within_s=BACK_S)
            time.sleep(away_s)
            eventually("and why", lambda: "Connection refused" in status(pipeline)["error"])
            before = len(seen)
            camera.start()
            back_at = time.monotonic()
            eventually("frames again", lambda: len(seen) > before + 5, within_s=BACK_S)
            print(f"{kind}: away for {away_s} s, frames again after {time.monotonic() - back_at:.1f} s")
            eventually("the status says it", lambda: status(pipeline)["error"] == "")
            shown_nowhere(pipeline, PASSWORD)
        changes = [line.split("camera cam1 is ")[1] for line in log(pipeline) if "camera cam1 is " in line]
        assert changes.count("live") == 2
        assert all(one != other for one, other in pairwise(changes)), changes


@pytest.mark.parametrize("kind", ["rtsp", "http"])
def test_a_wrong_password_is_said_in_the_status_once_in_the_log_and_shown_nowhere(
    pipeline: Pipeline, kind: str
) -> None:
    with running(kind) as camera:
        start(pipeline, camera.url(GUESS))
        with watched(pipeline) as seen:
            eventually("the status says it", lambda: "wrong user or password" in status(pipeline)["error"])
            eventually("it is tried again", lambda: tries(pipeline) > 2, within_s=BACK_S)
            shown_nowhere(pipeline, GUESS)
        assert seen == []
        assert len([line for line in log(pipeline) if "wrong user or password" in line]) == 1


@pytest.mark.parametrize(
    ("kind", "path", "outcome"),
    [
        ("http", "/video", "live"),
        ("http", "/nothing", "nothing at this path"),
        ("rtsp", "/nothing", "nothing at this path"),
    ],
)
def test_secrets_of_a_path_and_a_query_are_shown_nowhere(
    pipeline: Pipeline, kind: str, path: str, outcome: str
) -> None:
    with running(kind) as camera:
        start(pipeline, camera.url(path=f"{path}/{KEY}?{KEY}&key={KEY}"))
        with watched(pipeline):
            eventually(outcome, lambda: outcome in (status(pipeline)["state"] + status(pipeline)["error"]))
            shown_nowhere(pipeline, KEY)
            shown_nowhere(pipeline, PASSWORD)


@pytest.mark.parametrize("kind", ["rtsp", "http"])
def test_a_camera_on_demand_is_open_while_somebody_looks_as_its_own_side_sees_it(
    pipeline: Pipeline, kind: str
) -> None:
    with running(kind) as camera:
        start(pipeline, camera.url())
        eventually("the camera is known", lambda: status(pipeline)["state"] == "idle")
        assert (camera.opened, camera.watching) == (0, 0)
        with watched(pipeline) as seen:
            eventually("frames", lambda: len(seen) > 2, within_s=60)
            assert (camera.opened, camera.watching) == (1, 1)
        eventually("nobody watches it", lambda: camera.watching == 0, within_s=BACK_S)


def status(pipeline: Pipeline) -> dict[str, str]:
    raw: Any = pipeline.broker.redis.hgetall("mien:{cam1}:status")
    return {"state": "", "error": "", **{name.decode(): value.decode() for name, value in raw.items()}}


def log(pipeline: Pipeline) -> list[str]:
    return pipeline.services[0].text().splitlines()


def tries(pipeline: Pipeline) -> float:
    """Return how often the camera could not be opened, or was lost."""
    name = 'mien_source_lost_total{camera="cam1"} '
    lines = metrics(pipeline).splitlines()
    return max((float(line.removeprefix(name)) for line in lines if line.startswith(name)), default=0.0)


def metrics(pipeline: Pipeline) -> str:
    return get(int(pipeline.settings["CAPTURE_METRICS"]), "/metrics").body.decode()


def shown_nowhere(pipeline: Pipeline, secret: str) -> None:
    """Fail where a secret is in what a person or a program may see."""
    assert secret not in metrics(pipeline)
    assert secret not in str(get_json(pipeline, "/api/v1/cameras"))
    for page in ("/", "/cameras/cam1", "/api/v1/cameras/cam1/faces"):
        assert secret not in get(pipeline.port, page, token=pipeline.token).body.decode()
    assert secret not in str(status(pipeline))
    for service in pipeline.services:
        assert secret not in service.text()
    assert [line for line in command_lines() if secret in line] == []


def command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().decode(errors="replace")
        except OSError:
            continue


@contextmanager
def up(folder: Path, *options: str) -> Iterator[Service]:
    """Run `mien up` with a test's own state folder."""
    environment = clean_environment(XDG_STATE_HOME=str(folder))
    words = ("up", "--port", str(free_port()), *options)
    service = Service("services.cli", *words, log=folder / "up.log", environment=environment)
    try:
        yield service
    finally:
        service.stop()


def test_a_camera_of_the_command_line_runs_and_its_password_is_in_no_list_of_processes(
    tmp_path: Path,
) -> None:
    with running("http") as camera, up(tmp_path, "--camera", f"door={camera.url()}") as service:
        eventually("it runs", lambda: URL.search(service.text()))
        eventually(
            "its source is told", lambda: f"source http://127.0.0.1:{camera.port}/..." in service.text()
        )
        assert [line for line in command_lines() if PASSWORD in line] == []
        assert PASSWORD not in service.text()
