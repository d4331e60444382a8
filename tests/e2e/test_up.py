"""`mien up` as a person runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from benchmarks.feed import FeedReader
from services.capture.pattern import read_back
from services.inference.pictures import decode_jpeg
from tests.e2e.api import get
from tests.e2e.processes import ROOT, URL, clean_environment, eventually, free_port, listening_ports

ENDS_WITHIN_S = 15
"""Far more than the five seconds that it may take: tests do not measure."""

Start = Callable[..., "Up"]


class Up:
    """`mien up`, running."""

    def __init__(self, folder: Path, *args: str, **settings: str) -> None:
        self.port = free_port()
        self._log = (folder / "up.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up", "--port", str(self.port), *args],
            cwd=ROOT,
            env=clean_environment(XDG_STATE_HOME=str(folder / "state"), **settings),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def text(self) -> str:
        return Path(self._log.name).read_text()

    def token(self) -> str:
        match = eventually("the URL is printed", lambda: URL.search(self.text()))
        assert int(match["port"]) == self.port
        return match["token"]

    def feed(self, camera: str = "cam1") -> FeedReader:
        token = self.token()

        def look() -> FeedReader | None:
            try:
                return FeedReader("127.0.0.1", self.port, camera, token)
            except (OSError, ValueError):
                return None

        return eventually("the feed", look)

    def family(self) -> list[psutil.Process]:
        return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN_S)

    def kill(self) -> None:
        for process in self.family() if self.process.poll() is None else []:
            process.kill()
        self.process.wait()
        self._log.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Up] = []

    def up(*args: str, **settings: str) -> Up:
        folder = tmp_path / str(len(running))
        folder.mkdir()
        running.append(Up(folder, *args, **settings))
        return running[-1]

    yield up
    for one in running:
        one.kill()


def test_the_demo_is_shown_behind_the_one_url_that_is_printed(start: Start) -> None:
    up = start("--source", "demo:")
    with up.feed() as feed:
        assert decode_jpeg(next(feed.frames()).jpeg).shape[2] == 3
    assert len(URL.findall(up.text())) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_and_leaves_no_process_even_with_a_viewer(start: Start, number: signal.Signals) -> None:
    up = start("--source", "test:")
    with up.feed() as feed:
        next(feed.frames())
        family = up.family()
        assert len(family) >= 5  # itself, the broker, capture, inference, web
        up.end(number)
    assert [process for process in family if process.is_running()] == []


def test_no_process_is_left_when_it_is_killed(start: Start) -> None:
    up = start("--source", "test:")
    with up.feed() as feed:
        next(feed.frames())
        family = up.family()
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait()
    eventually("all have ended", lambda: not [p for p in family if p.is_running() and p.status() != "zombie"])


def test_a_video_file_is_a_source(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "some.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (320, 240))
    for step in range(50):
        writer.write(np.full((240, 320, 3), 4 * step, np.uint8))
    writer.release()
    with start("--source", str(path)).feed() as feed:
        assert decode_jpeg(next(feed.frames()).jpeg).shape == (240, 320, 3)


def test_cameras_have_the_names_that_they_are_given(start: Start) -> None:
    up = start("--camera", "door=test:", "--camera", "hall=test:320x240")
    with up.feed("door") as door, up.feed("hall") as hall:
        assert read_back(decode_jpeg(next(door.frames()).jpeg)).seq >= 0
        assert decode_jpeg(next(hall.frames()).jpeg).shape == (240, 320, 3)


def test_cameras_of_a_file_are_shown_and_a_new_one_comes_without_a_restart(
    start: Start, tmp_path: Path
) -> None:
    path = tmp_path / "cameras.yaml"
    path.write_text("cameras:\n  door: {source: 'test:'}\n")
    up = start("--cameras", str(path))
    with up.feed("door") as door:
        assert read_back(decode_jpeg(next(door.frames()).jpeg)).seq >= 0
    path.write_text("cameras:\n  door: {source: 'test:'}\n  hall: {source: 'test:320x240'}\n")
    with up.feed("hall") as hall:
        assert decode_jpeg(next(hall.frames()).jpeg).shape == (240, 320, 3)


@pytest.mark.parametrize("service", ["capture", "inference", "web", "valkey-server"])
def test_a_child_that_dies_is_started_again(start: Start, service: str) -> None:
    up = start("--source", "test:")
    with up.feed() as feed:
        next(feed.frames())

    victims = [process for process in up.family() if service in " ".join(process.cmdline()[:4])]
    assert victims
    victims[0].kill()
    killed_ns = time.time_ns()
    eventually("it has ended", lambda: not victims[0].is_running())
    # Captured well after the end, so that it went through the one that came in its place.
    eventually("a frame", lambda: newest(up) > killed_ns / 1e9 + 1, within_s=30)


def newest(up: Up) -> float:
    """Return when the frame that a new viewer gets was captured, Unix seconds; 0 where there is none."""
    try:
        with FeedReader("127.0.0.1", up.port, "cam1", up.token()) as feed:
            return float(next(feed.frames(5)).headers["x-captured-at"])
    except (OSError, ValueError, StopIteration):
        return 0.0


def test_it_opens_one_port(start: Start) -> None:
    up = start("--source", "test:")
    with up.feed() as feed:
        next(feed.frames())
        assert listening_ports(up.process.pid) == {up.port}


def test_a_port_that_is_taken_is_one_line_that_names_it(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = start("--source", "test:", "--port", str(port))
        assert up.process.wait(ENDS_WITHIN_S) == 2
    assert str(port) in up.text()
    assert len(up.text().splitlines()) == 1


def test_the_token_outlives_a_restart(start: Start, tmp_path: Path) -> None:
    settings = {"MIEN_TOKEN_FILE": str(tmp_path / "token")}
    first = start("--source", "test:", **settings)
    token = first.token()
    first.end(signal.SIGTERM)
    assert start("--source", "test:", **settings).token() == token
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_without_a_token_nothing_is_told(start: Start) -> None:
    up = start("--source", "test:")
    up.token()
    eventually("web answers", lambda: get(up.port, "/healthz").status == 200)
    for path in ("/", "/cameras/cam1", "/cameras/cam1/stream.mjpg", "/cameras/cam1/snapshot.jpg"):
        assert get(up.port, path).status == 401
    for path in ("/api/v1/cameras", "/api/v1/workers", "/api/v1/cameras/cam1/faces"):
        answer = get(up.port, path)
        assert answer.status == 401
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_token_stands_in_the_log_once_and_with_it_everything_is_open(start: Start) -> None:
    up = start("--source", "test:")
    token = up.token()
    with up.feed() as feed:
        next(feed.frames())
    for path in ("/", "/cameras/cam1", "/cameras/cam1/snapshot.jpg", "/api/v1/cameras", "/api/v1/workers"):
        assert get(up.port, path, token=token).status == 200
    redirect = get(up.port, f"/?token={token}")
    assert redirect.status in (302, 303)
    assert token not in redirect.headers["location"]
    assert up.text().count(token) == 1
