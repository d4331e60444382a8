"""Linux's webcams: which there are, and what each can do, without switching it on."""

import fcntl
import os
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Ioctl: TypeAlias = Callable[[int, int, bytes], bytes]
"""Takes an open device, a request and its record; returns it as the driver filled it in. Raises `OSError`."""

# Requests and records of linux/videodev2.h.
_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP
_CAPABILITY = struct.Struct("=16s32s32s6I")  # v4l2_capability: driver, card, bus, version, all, node
_ENUM_FMT = 0xC0405602  # VIDIOC_ENUM_FMT
_FORMAT = struct.Struct("=3I32s5I")  # v4l2_fmtdesc: index, type, flags, description, pixelformat
_ENUM_FRAMESIZES = 0xC02C564A  # VIDIOC_ENUM_FRAMESIZES
_SIZE = struct.Struct("=11I")  # v4l2_frmsizeenum: index, pixel_format, type, width, height; or from, to, step
_ENUM_FRAMEINTERVALS = 0xC034564B  # VIDIOC_ENUM_FRAMEINTERVALS
_INTERVAL = struct.Struct(
    "=13I"
)  # v4l2_frmivalenum: index, pixel_format, width, height, type, seconds as a fraction

_HAS_DEVICE_CAPS = 0x80000000  # V4L2_CAP_DEVICE_CAPS
_VIDEO_CAPTURE = 0x00000001  # V4L2_CAP_VIDEO_CAPTURE; a webcam's metadata node lacks it
_CAPTURE_BUFFERS = 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
_DISCRETE = 1  # V4L2_FRMSIZE_TYPE_DISCRETE, V4L2_FRMIVAL_TYPE_DISCRETE: one value, and no range

_MOST = 256
"""Entries of a driver's list: one that never ends is a driver's mistake."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A size in a format that a device offers.

    Attributes:
        pixel_format: four letters, such as MJPG.
        width: in pixels; the largest where the device has a range.
        height: in pixels.
        fps: the highest rate; 0 where the driver does not tell.
    """

    pixel_format: str
    width: int
    height: int
    fps: float


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of a device file.

    Attributes:
        path: of the file.
        card: the device's own name.
        is_camera: whether it gives pictures.
        modes: in the driver's order.
        errno: why it could not be opened or asked; 0 where it could.
    """

    path: str
    card: str = ""
    is_camera: bool = False
    modes: tuple[Mode, ...] = ()
    errno: int = 0


def kernel(handle: int, request: int, record: bytes) -> bytes:
    """Ask the kernel."""
    return fcntl.ioctl(handle, request, record)


def device_files(folder: Path = Path("/dev")) -> list[Path]:
    """Return the video devices that there are, in order; none is opened."""
    found = [path for path in folder.glob("video*") if re.fullmatch(r"video\d+", path.name)]
    return sorted(found, key=lambda path: int(path.name[5:]))


def captures_video(capability: bytes) -> bool:
    """Tell from a driver's `v4l2_capability` record whether the device gives pictures."""
    _, _, _, _, of_all_nodes, of_this_node, *_ = _CAPABILITY.unpack(capability)
    return bool((of_this_node if of_all_nodes & _HAS_DEVICE_CAPS else of_all_nodes) & _VIDEO_CAPTURE)


def gives_pictures(device: Path) -> bool:
    """Tell whether `device` may be opened and is a camera.

    Costs one ioctl and doesn't light the camera's lamp; one that another program uses is a camera.
    """
    return look(device, modes=False).is_camera


def look(device: Path, ioctl: Ioctl = kernel, *, modes: bool = True) -> Device:
    """Return what is known of a device; without its modes if they are not wanted."""
    try:
        handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return Device(str(device), errno=error.errno or 0)
    try:
        capability = ioctl(handle, _QUERYCAP, bytes(_CAPABILITY.size))
        is_camera = captures_video(capability)
        offered = tuple(_modes(handle, ioctl)) if is_camera and modes else ()
        return Device(str(device), _text(capability[16:48]), is_camera, offered)
    except OSError as error:
        return Device(str(device), errno=error.errno or 0)
    finally:
        os.close(handle)


def _modes(handle: int, ioctl: Ioctl) -> Iterator[Mode]:
    for record in _listed(handle, ioctl, _ENUM_FMT, _FORMAT, _CAPTURE_BUFFERS):
        pixels = _FORMAT.unpack(record)[4]
        for size in _listed(handle, ioctl, _ENUM_FRAMESIZES, _SIZE, pixels):
            kind, *sides = _SIZE.unpack(size)[2:]
            # A range is smallest width, largest width, step, and the same of its height.
            width, height = sides[:2] if kind == _DISCRETE else (sides[1], sides[4])
            fps = _highest_rate(handle, ioctl, pixels, width, height)
            yield Mode(pixels.to_bytes(4, "little").decode("ascii", "replace").strip(), width, height, fps)


def _highest_rate(handle: int, ioctl: Ioctl, pixels: int, width: int, height: int) -> float:
    records = _listed(handle, ioctl, _ENUM_FRAMEINTERVALS, _INTERVAL, pixels, width, height)
    # Seconds as a fraction; of a range, the shortest comes first.
    fractions = [_INTERVAL.unpack(record)[5:7] for record in records]
    return max((round(below / above, 2) for above, below in fractions if above), default=0.0)


def _listed(handle: int, ioctl: Ioctl, request: int, record: struct.Struct, *about: int) -> Iterator[bytes]:
    """Yield the entries of a driver's list, which ends with EINVAL, or ENOTTY where it has none."""
    for index in range(_MOST):
        asked = struct.pack(f"={1 + len(about)}I", index, *about)
        try:
            yield ioctl(handle, request, asked.ljust(record.size, b"\0"))
        except OSError:
            return


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode(errors="replace")
