import json
import sys
import time
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from services.local import webcams
from services.local.webcams import Webcam, Webcams, find_webcams


def test_without_a_device_nothing_is_asked_and_nothing_found(tmp_path: Path) -> None:
    assert find_webcams(folder=tmp_path) == Webcams()


def test_devices_that_are_no_webcams_do_not_work(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert find_webcams(folder=tmp_path).devices == (tmp_path / "video0",)


def test_the_webcams_that_give_pictures_are_those_that_the_child_names(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    modes = [{"pixel_format": "MJPG", "width": 640, "height": 480, "fps": 30.0}]
    found = [
        {"path": "/dev/video10", "card": "", "is_camera": True, "modes": [], "errno": 0},
        {"path": "/dev/video0", "card": "Cam", "is_camera": True, "modes": modes, "errno": 0},
        {"path": "/dev/video1", "card": "", "is_camera": False, "modes": [], "errno": 13},
    ]
    lines = "\n".join(json.dumps(one) for one in found)
    command = [sys.executable, "-c", "import sys; print(sys.argv[1])", lines]

    webcams = find_webcams(folder=tmp_path, command=command)

    assert webcams.working == ("/dev/video0", "/dev/video10")
    assert webcams.known[0] == Webcam("/dev/video0", "Cam", True, ("MJPG 640x480 at 30",))
    assert webcams.known[1].errno == 13


def test_only_what_the_kernel_calls_a_video_device_is_one_and_they_come_by_number(tmp_path: Path) -> None:
    for name in ("video10", "video2", "video-camera0"):
        (tmp_path / name).touch()
    found = find_webcams(folder=tmp_path, command=[sys.executable, "-c", ""])
    assert found.devices == (tmp_path / "video2", tmp_path / "video10")


def test_what_was_said_before_a_device_hangs_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webcams, "ASK_WITHIN_S", 1.0)
    (tmp_path / "video0").touch()
    line = {"path": "/dev/video0", "card": "Cam", "is_camera": True, "modes": [], "errno": 0}
    code = "import sys, time; print(sys.argv[1] + '\\n{\"path\": ', end='', flush=True); time.sleep(600)"
    found = find_webcams(folder=tmp_path, command=[sys.executable, "-c", code, json.dumps(line)])
    assert found.working == ("/dev/video0",)
    assert found.problem == ""


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["/no/such/program"], "/no/such/program cannot be run"),
        ([sys.executable, "-c", "import nothing_of_this_name"], "No module named 'nothing_of_this_name'"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "exit code 3"),
    ],
)
def test_a_child_that_cannot_ask_says_why(tmp_path: Path, command: list[str], problem: str) -> None:
    (tmp_path / "video0").touch()
    found = find_webcams(folder=tmp_path, command=command)
    assert found.known == ()
    assert problem in found.problem


def test_a_child_that_says_something_else_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    for words in ("no JSON", "[1]", "[{}]", "7"):
        command = [sys.executable, "-c", "import sys; print(sys.argv[1])", words]
        assert find_webcams(folder=tmp_path, command=command).known == ()


def test_a_child_that_hangs_is_ended_when_it_is_time_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webcams, "ASK_WITHIN_S", 600.0)
    (tmp_path / "video0").touch()
    note, stop = tmp_path / "note", Event()
    code = "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n'); time.sleep(600)"

    def stop_when_it_runs() -> None:
        while not (note.exists() and note.read_text().endswith("\n")):
            time.sleep(0.01)
        stop.set()

    Thread(target=stop_when_it_runs, daemon=True).start()
    found = find_webcams(stop, tmp_path, [sys.executable, "-c", code, str(note)])
    assert found == Webcams((tmp_path / "video0",))
    assert not psutil.pid_exists(int(note.read_text()))
