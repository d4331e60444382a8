import sys
import time
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from services.local import webcams
from services.local.webcams import Webcams, find_webcams


def test_without_a_device_nothing_is_asked_and_nothing_found(tmp_path: Path) -> None:
    assert find_webcams(folder=tmp_path) == Webcams()


def test_a_device_that_this_user_may_not_open_is_forbidden(tmp_path: Path) -> None:
    missing, there = tmp_path / "video0", tmp_path / "video1"
    there.touch()
    assert Webcams((missing, there)).forbidden() == [missing]


def test_devices_that_are_no_webcams_do_not_work(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert find_webcams(folder=tmp_path).devices == (tmp_path / "video0",)


def test_the_webcams_that_give_pictures_are_those_that_the_child_names(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    command = [sys.executable, "-c", "print('[\"/dev/video0\"]')"]
    assert find_webcams(folder=tmp_path, command=command).working == ("/dev/video0",)


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
