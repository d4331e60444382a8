"""Which webcams this machine has, without loading what opens them unless there is something to open."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.local.children import module_command

ASK_WITHIN_S = 10.0
"""Webcams take a second or two to open; one that hangs must not hold up the start."""


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


def find_webcams(folder: Path = Path("/dev")) -> Webcams:
    """Look for webcams; a child of this process opens them, and only if there are any."""
    devices = tuple(sorted(folder.glob("video*")))
    return Webcams(devices, _working() if devices else ())


def _working() -> tuple[str, ...]:
    command = module_command("services.capture.probe")
    try:
        answer = subprocess.run(  # noqa: S603  the command is ours
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ASK_WITHIN_S, check=True
        )
        return tuple(str(source) for source in json.loads(answer.stdout))
    except (subprocess.SubprocessError, ValueError):
        return ()
