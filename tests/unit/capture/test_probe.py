import json
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread

import pytest

from services.capture import probe
from services.capture.sources.v4l2 import Device


def test_each_device_is_printed_as_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    probe.say([Path("/dev/video0"), Path("/dev/video2")], lambda path: Device(str(path), "Cam"))
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(printed, key=lambda found: found["path"]) == [
        {**asdict(Device(path, "Cam")), "modes": []} for path in ("/dev/video0", "/dev/video2")
    ]


def test_a_device_that_hangs_holds_up_no_others_line(capsys: pytest.CaptureFixture[str]) -> None:
    let_go, looked = Event(), Event()

    def look(path: Path) -> Device:
        if path.name == "video0":
            let_go.wait()
        return Device(str(path))

    def say() -> None:
        probe.say([Path("/dev/video0"), Path("/dev/video2")], look)
        looked.set()

    Thread(target=say, daemon=True).start()
    printed = ""
    while not printed.endswith("\n"):
        printed += capsys.readouterr().out
        looked.wait(0.01)
    assert json.loads(printed)["path"] == "/dev/video2"
    assert not looked.is_set()
    let_go.set()
    assert looked.wait(10)


def test_the_probe_asks_the_devices_of_this_machine() -> None:
    assert probe.main() == 0
