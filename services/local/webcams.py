"""Which webcams there are and what each can do, without loading what opens them unless there is one."""

import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
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
        devices: the device files that there are, by number.
        known: what was found out about them, by number; without those that did not answer in time.
        problem: why they could not be asked; empty where they could.
    """

    devices: tuple[Path, ...] = ()
    known: tuple[Webcam, ...] = ()
    problem: str = ""

    @property
    def working(self) -> tuple[str, ...]:
        """Sources of those that give pictures."""
        return tuple(webcam.path for webcam in self.known if webcam.is_camera)


@dataclass(frozen=True, slots=True)
class Said:
    """What a child printed until it ended or was ended, and its exit code; None where it was ended."""

    out: str = ""
    errors: str = ""
    code: int | None = None

    @property
    def problem(self) -> str:
        """Why it failed; empty where it did not."""
        if not self.code:
            return ""
        return self.errors.strip().rpartition("\n")[2] or f"exit code {self.code}"


def find_webcams(
    stop: Event | None = None, folder: Path = Path("/dev"), command: Sequence[str] | None = None
) -> Webcams:
    """Look for webcams; a child of this process opens them, and only if there are any.

    Args:
        stop: when it is set, the answer is not waited for any longer.
        folder: where the device files are.
        command: prints what it found out, a line of JSON a device; `services.capture.probe` by default.
    """
    devices = [path for path in folder.glob("video*") if re.fullmatch(r"video\d+", path.name)]
    if not devices:
        return Webcams()
    said = _asked(command or module_command("services.capture.probe"), stop or Event())
    known = sorted(_known(said.out), key=lambda webcam: _number(Path(webcam.path)))
    return Webcams(tuple(sorted(devices, key=_number)), tuple(known), said.problem)


def _number(device: Path) -> int:
    found = re.search(r"\d+$", device.name)
    return int(found[0]) if found else 0


def _known(lines: str) -> Iterator[Webcam]:
    for line in lines.splitlines():
        # The last one is half a line where the child was ended while it printed.
        with suppress(ValueError, TypeError, KeyError):
            yield _webcam(json.loads(line))


def _webcam(found: Mapping[str, Any]) -> Webcam:
    modes = tuple(_words(mode) for mode in found["modes"])
    return Webcam(found["path"], found["card"], found["is_camera"], modes, found["errno"])


def _words(mode: Mapping[str, Any]) -> str:
    rate = f" at {mode['fps']:g}" if mode["fps"] else ""
    return f"{mode['pixel_format']} {mode['width']}x{mode['height']}{rate}"


def _asked(command: Sequence[str], stop: Event) -> Said:
    """Return what a command says; what it has said so far if it takes too long, or `stop` is set."""
    try:
        process = start_child(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        return Said(errors=str(error), code=1)
    deadline = time.monotonic() + ASK_WITHIN_S
    try:
        while not stop.is_set() and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                return Said(*process.communicate(timeout=LOOK_EVERY_S), process.returncode)
    finally:
        kill_group(process)
    return _last_words(process)


def _last_words(process: subprocess.Popen[str]) -> Said:
    """Return what a killed child has printed."""
    try:
        return Said(*process.communicate(timeout=END_WITHIN_S))
    except subprocess.TimeoutExpired as error:
        return Said((error.output or b"").decode(errors="replace"))  # It gives bytes, whatever was asked for.
