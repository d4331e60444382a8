"""Which webcams this machine has, without loading what opens them unless there is something to open."""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from services.local.children import kill_group, module_command, start_child

ASK_WITHIN_S = 10.0
"""Webcams take a second or two to open; one that hangs must not hold up the start."""

LOOK_EVERY_S = 0.05
"""How often to look whether to go on waiting."""

END_WITHIN_S = 0.5
"""A killed child that is still there then hangs in a driver, which ends it in its own time."""


@dataclass(frozen=True, slots=True)
class Webcams:
    """The webcams of this machine.

    Attributes:
        devices: the device files that there are.
        working: sources of those that give pictures.
    """

    devices: tuple[Path, ...] = ()
    working: tuple[str, ...] = ()

    def forbidden(self) -> list[Path]:
        """Return the devices that this user may not open."""
        return [device for device in self.devices if not os.access(device, os.R_OK | os.W_OK)]


def find_webcams(
    stop: Event | None = None, folder: Path = Path("/dev"), command: Sequence[str] | None = None
) -> Webcams:
    """Look for webcams; a child of this process opens them, and only if there are any.

    Args:
        stop: when it is set, the answer is not waited for any longer.
        folder: where the device files are.
        command: prints the sources that give pictures, as JSON; `services.capture.probe` by default.
    """
    devices = tuple(sorted(folder.glob("video*")))
    if not devices:
        return Webcams()
    return Webcams(devices, _working(command or module_command("services.capture.probe"), stop or Event()))


def _working(command: Sequence[str], stop: Event) -> tuple[str, ...]:
    process = start_child(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        return tuple(str(source) for source in json.loads(_answer(process, stop)))
    except ValueError:
        return ()
    finally:
        kill_group(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_WITHIN_S)


def _answer(process: subprocess.Popen[str], stop: Event) -> str:
    """Return what the process has printed when it ends; nothing if it takes too long, or `stop` is set."""
    deadline = time.monotonic() + ASK_WITHIN_S
    while not stop.is_set() and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=LOOK_EVERY_S)[0]
    return ""
