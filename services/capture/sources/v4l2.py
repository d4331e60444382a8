"""Linux's webcams: which there are, and whether one may be used, without switching it on."""

import fcntl
import os
import re
import struct
from pathlib import Path

_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP of linux/videodev2.h
_CAPABILITY = struct.Struct("=16s32s32s6I")  # v4l2_capability: driver, card, bus, version, all, node
_HAS_DEVICE_CAPS = 0x80000000  # V4L2_CAP_DEVICE_CAPS
_VIDEO_CAPTURE = 0x00000001  # V4L2_CAP_VIDEO_CAPTURE; a webcam's metadata node lacks it


def webcams(devices: Path = Path("/dev")) -> list[str]:
    """Return the paths of the video devices that this process may open and that give pictures, in order.

    Costs one ioctl a device and doesn't light the camera's lamp. One that another program uses is listed.
    """
    found = [path for path in devices.glob("video*") if re.fullmatch(r"video\d+", path.name)]
    return [str(path) for path in sorted(found, key=lambda path: int(path.name[5:])) if gives_pictures(path)]


def captures_video(capability: bytes) -> bool:
    """Tell from a driver's `v4l2_capability` record whether the device gives pictures."""
    _, _, _, _, of_all_nodes, of_this_node, *_ = _CAPABILITY.unpack(capability)
    return bool((of_this_node if of_all_nodes & _HAS_DEVICE_CAPS else of_all_nodes) & _VIDEO_CAPTURE)


def gives_pictures(device: Path) -> bool:
    """Tell whether `device` may be opened and is a camera."""
    try:
        handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return captures_video(fcntl.ioctl(handle, _QUERYCAP, bytes(_CAPABILITY.size)))
    except OSError:
        return False
    finally:
        os.close(handle)
