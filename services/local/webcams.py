"""Which webcams there are and what each can do, without loading what opens them unless there is one."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from services.local.children import kill_group, module_command, start_child

ASK_WITHIN_S = 10.0
"""Webcams take a second or two to open; one that hangs must not hold up the start."""

LOOK_EVERY_S = 0.05
"""How often to look whether to go on waiting."""

END_WITHIN_S = 0.5
"""A killed child that is still there then hangs in a driver, which ends it in its own time."""


@dataclass(frozen=True, slots=True)
class Webcam:
    """What a device file is.

    Attributes:
        path: of the file.
        card: the device's own name.
        is_camera: whether it gives pictures.
        modes: what it offers, as words such as `MJPG 640x480 at 30`.
        errno: why it could not be opened or asked; 0 where it could.
    """

    path: str
    card: str = ""
    is_camera: bool = False
    modes: tuple[str, ...] = ()
    errno: int = 0


@dataclass(frozen=True, slots=True)
class Webcams:
    """The webcams of this machine.

    Attributes:
        devices: the device files that there are.
        known: what was found out about them; empty where that could not be done in time.
    """

    devices: tuple[Path, ...] = ()
    known: tuple[Webcam, ...] = ()

    @property
    def working(self) -> tuple[str, ...]:
        """Sources of those that give pictures."""
        return tuple(webcam.path for webcam in self.known if webcam.is_camera)


def find_webcams(
    stop: Event | None = None, folder: Path = Path("/dev"), command: Sequence[str] | None = None
) -> Webcams:
    """Look for webcams; a child of this process opens them, and only if there are any.

    Args:
        stop: when it is set, the answer is not waited for any longer.
        folder: where the device files are.
        command: prints what it found out, as JSON; `services.capture.probe` by default.
    """
    devices = tuple(sorted(folder.glob("video*")))
    if not devices:
        return Webcams()
    return Webcams(devices, _known(command or module_command("services.capture.probe"), stop or Event()))


def _known(command: Sequence[str], stop: Event) -> tuple[Webcam, ...]:
    process = start_child(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        return tuple(_webcam(found) for found in json.loads(_answer(process, stop)))
    except (ValueError, TypeError, KeyError):
        return ()
    finally:
        kill_group(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_WITHIN_S)


def _webcam(found: Mapping[str, Any]) -> Webcam:
    modes = tuple(_words(mode) for mode in found["modes"])
    return Webcam(found["path"], found["card"], found["is_camera"], modes, found["errno"])


def _words(mode: Mapping[str, Any]) -> str:
    rate = f" at {mode['fps']:g}" if mode["fps"] else ""
    return f"{mode['pixel_format']} {mode['width']}x{mode['height']}{rate}"


def _answer(process: subprocess.Popen[str], stop: Event) -> str:
    """Return what the process has printed when it ends; nothing if it takes too long, or `stop` is set."""
    deadline = time.monotonic() + ASK_WITHIN_S
    while not stop.is_set() and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=LOOK_EVERY_S)[0]
    return ""
