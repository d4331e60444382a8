"""The service that notifies, as a process and as part of `mien up`."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import ROOT, Pipeline, clean_environment, eventually, free_port
from tests.http_receiver import HttpReceiver

SECRET = "hunter2hunter2hunter2"

Write = Callable[..., Path]


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file with cameras, and one webhook."""

    def written(receiver: HttpReceiver, *more: str, source: str = "demo:") -> Path:
        path = tmp_path / "cameras.yaml"
        lines = [
            "cameras:",
            f"  door: {{source: '{source}'}}",
            "notify:",
            "  webhooks:",
            f"    - url: {receiver.url}/{SECRET}",
            f"      secret: {SECRET}",
            *more,
        ]
        path.write_text("\n".join(lines))
        return path

    return written


def kinds(receiver: HttpReceiver) -> list[str]:
    return [json.loads(request.body)["event"] for request in receiver.accepted]


def test_what_is_wrong_in_its_part_of_the_file_is_one_line(write: Write, receiver: HttpReceiver) -> None:
    path = write(receiver, "      event: [camera_lost]")
    command = [sys.executable, "-m", "services.notify"]
    environment = clean_environment(MIEN_CAMERAS_FILE=str(path))
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    said = f"mien notify: {path}:7: webhook 1: unknown key 'event'; did you mean 'events'?\n"
    assert run.stderr == said


def test_faces_of_a_camera_that_nobody_watches_are_told_and_no_secret_is_in_the_log(
    tmp_path: Path, write: Write, receiver: HttpReceiver
) -> None:
    path = str(write(receiver))
    with Pipeline(tmp_path, MIEN_CAMERAS_FILE=path, MIEN_LOG_LEVEL="DEBUG") as pipeline:
        notify = pipeline.start("services.notify")
        pipeline.start("services.inference")
        pipeline.start("services.capture")
        eventually("a face appears", lambda: "face_appeared" in kinds(receiver), within_s=60)
        receiver.stop()
        eventually("it is away", lambda: "events wait meanwhile" in notify.text(), within_s=60)
        receiver.start()
        eventually("it is back", lambda: "is back" in notify.text(), within_s=60)
        assert notify.stop() == 0
    assert SECRET not in notify.text()
    ids = [request.headers["x-mien-delivery"] for request in receiver.accepted]
    assert len(set(ids)) == len(ids)


def test_an_edit_of_who_is_told_is_taken_over(tmp_path: Path, write: Write, receiver: HttpReceiver) -> None:
    path = write(receiver, "      events: [camera_back]", source="test:")
    with Pipeline(tmp_path, MIEN_CAMERAS_FILE=str(path)) as pipeline, HttpReceiver() as other:
        notify = pipeline.start("services.notify")
        eventually("it leads", lambda: "this replica notifies now" in notify.text())
        write(receiver, "      events: [lost]", source="test:")
        eventually("a mistake is said", lambda: "stays as it was" in notify.text())
        write(other, "      events: [camera_lost]", source="test:")
        eventually("the camera is lost, as capture is not there", lambda: kinds(other) == ["camera_lost"])
    assert receiver.requests == []


def test_mien_up_starts_it_where_the_file_names_somebody(
    tmp_path: Path, write: Write, receiver: HttpReceiver
) -> None:
    path = write(receiver)
    command = [sys.executable, "-m", "services.cli", "up", "--port", str(free_port()), "--cameras", str(path)]
    environment = clean_environment(XDG_STATE_HOME=str(tmp_path / "state"))
    with (tmp_path / "up.log").open("w") as log:
        up = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            eventually("a face appears", lambda: "face_appeared" in kinds(receiver), within_s=60)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(15)
    assert "camera_lost" not in kinds(receiver)
    assert SECRET not in (tmp_path / "up.log").read_text()
