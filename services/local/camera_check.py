"""Checks every webcam of this machine: what it can do, or what is missing to use it."""

import errno
import grp
import os
from collections.abc import Iterator
from pathlib import Path

from services.local.findings import Finding, ok, warning
from services.local.webcams import Webcam, Webcams

SYSTEM = Path("/sys/class/video4linux")
"""The kernel's list of video devices; a container sees it even where it has no device file."""

_MAP_IT = (
    "Map it in: docker compose -f docker-compose.yml -f compose.webcam.yml up, or docker run --device {}"
)

_ELSE = "mien up --source demo: needs no camera"


def check_cameras(webcams: Webcams, system: Path = SYSTEM) -> Iterator[Finding]:
    """Yield a finding for each video device."""
    known = {webcam.path: webcam for webcam in webcams.known}
    for device in webcams.devices:
        webcam = known.get(str(device)) or _unasked(device)
        if webcam.errno == errno.ETIMEDOUT and webcams.problem:
            yield warning("camera", f"{device} could not be asked: {webcams.problem}", _ELSE)
        else:
            yield _check(webcam)
    here = {device.name for device in webcams.devices}
    missing = sorted(path.name for path in system.glob("video*") if path.name not in here)
    for name in missing:
        text = f"/dev/{name} is not here, though the kernel has it"
        yield warning("camera", text, _MAP_IT.format(f"/dev/{name}"))
    if not (here or missing):
        yield ok("camera", "no webcam here: mien up shows the demo clip")


def _check(webcam: Webcam) -> Finding:
    if webcam.is_camera:
        return ok(
            "camera", f"webcam {webcam.path}, {webcam.card}: {', '.join(webcam.modes) or 'modes not told'}"
        )
    if not webcam.errno:
        return ok(
            "camera", f"{webcam.path}, {webcam.card}: gives no pictures, as many a webcam's second device"
        )
    return warning("camera", *_obstacle(Path(webcam.path), webcam.errno))


def _unasked(device: Path) -> Webcam:
    """Return what is known of a device that nobody could ask in time."""
    may = os.access(device, os.R_OK | os.W_OK)
    return Webcam(str(device), errno=errno.ETIMEDOUT if may else errno.EACCES)


def _obstacle(device: Path, number: int) -> tuple[str, str]:
    """Return what keeps a device from being used, and the remedy."""
    if number == errno.EACCES:
        return _forbidden(device)
    if number == errno.EPERM:
        return f"{device} is here, but this container may not use it", _MAP_IT.format(device)
    if number == errno.EBUSY:
        return f"{device} is used by another program", f"Close that; else: {_ELSE}"
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return f"{device} has no camera behind it any longer", f"Plug it in again; else: {_ELSE}"
    if number == errno.ENOTTY:
        return f"{device} is no video device", _ELSE
    return f"{device} does not answer: {os.strerror(number)}", f"Plug it in again; else: {_ELSE}"


def _forbidden(device: Path) -> tuple[str, str]:
    try:
        group = device.stat().st_gid
    except OSError:
        return f"{device} may not be opened by this user", _ELSE
    if group in (os.getegid(), *os.getgroups()):
        return f"{device} may be opened neither by this user nor by its group", f"sudo chmod g+rw {device}"
    try:
        name = grp.getgrgid(group).gr_name
    except KeyError:
        # A container does not know the names of the host's groups.
        text = f"{device} may not be opened: its group {group} is missing here"
        return text, f"VIDEO_GROUP={group} docker compose ... up, or docker run --group-add {group}"
    text = f"{device} may not be opened: this user is not in its group `{name}`"
    return text, f"sudo usermod -aG {name} $USER, then sign in again"
