"""A webcam, read through V4L2."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic

import cv2

from services.capture.picture import BgrImage, Picture, Size
from services.capture.sources.device import device_path
from services.capture.sources.jpegs import MOTION_JPEG, PassedOn, is_motion_jpeg
from services.capture.sources.native import next_picture, open_capture
from services.capture.sources.source import P
from services.capture.sources.v4l2 import device_files, gives_pictures
from shared.errors import SourceError

# One buffer would be enough to hold the newest picture, but leaves the driver none to fill while we decode,
# and USB cameras then drop every other picture. The reader never lets two of them wait.
_BUFFERS = 2


class Webcam(Generic[P]):
    """A V4L2 device.

    Args:
        capture: the open device.
        name: how errors call it.
        take: reads the next picture; None where the device gives none any more.
        asked: for which size and rate, in words.
        jpegs: counts those of its JPEGs that are broken, where they are passed on.
    """

    def __init__(
        self,
        capture: cv2.VideoCapture,
        name: str,
        take: Callable[[cv2.VideoCapture], P | None],
        asked: str = "",
        jpegs: PassedOn | None = None,
    ) -> None:
        self._capture = capture
        self._name = name
        self._take = take
        self._jpegs = jpegs
        told = capture.get(cv2.CAP_PROP_FPS)
        self.fps: float | None = told if told > 0 else None
        self.granted = _granted(capture) + (f", asked for {asked}" if asked else "")

    @property
    def broken(self) -> int:
        """How many pictures could not be decoded, and were passed over."""
        return self._jpegs.broken if self._jpegs else 0

    def read(self) -> P:
        """Return the next picture that the device gives."""
        picture = self._take(self._capture)
        if picture is None:
            raise SourceError(f"{self._name}: gives no pictures any more; was it unplugged?")
        return picture

    def close(self) -> None:
        """Switch the camera off."""
        self._capture.release()


def open_webcam(spec: str, size: Size | None, fps: float | None) -> Webcam[Picture]:
    """Open webcam `spec`, a number or a device path; where it gives Motion JPEG, that is passed on as it is.

    Raises:
        SourceError: it is absent, may not be used, or doesn't open; says what to do.
    """
    device = _device(spec)
    capture = _opened(device, size, fps)
    if is_motion_jpeg(capture) and capture.set(cv2.CAP_PROP_CONVERT_RGB, 0):
        jpegs = PassedOn()
        return Webcam(capture, f"webcam {device}", jpegs.next, _asked(size, fps), jpegs)
    return Webcam(capture, f"webcam {device}", next_picture, _asked(size, fps))


def open_webcam_pixels(spec: str, size: Size | None, fps: float | None) -> Webcam[BgrImage]:
    """Open the same; its pictures are decoded.

    Raises:
        SourceError: it is absent, may not be used, or doesn't open; says what to do.
    """
    device = _device(spec)
    return Webcam(_opened(device, size, fps), f"webcam {device}", next_picture, _asked(size, fps))


def _opened(device: str, size: Size | None, fps: float | None) -> cv2.VideoCapture:
    """Open a device, at the size and rate nearest to those asked for that it can do.

    Asks for Motion JPEG: most webcams give 640x480 and more at 30 pictures a second in no other format.
    """
    capture = open_capture(device, cv2.CAP_V4L2, {})
    if capture is None:
        raise SourceError(f"webcam {device}: cannot be opened; does another program use it?")
    capture.set(cv2.CAP_PROP_FOURCC, MOTION_JPEG)
    if size:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    if fps:
        capture.set(cv2.CAP_PROP_FPS, fps)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERS)
    return capture


def _asked(size: Size | None, fps: float | None) -> str:
    words = [f"{size[0]}x{size[1]}"] if size else []
    return " and ".join([*words, f"{fps:g} a second"] if fps else words)


def _granted(capture: cv2.VideoCapture) -> str:
    code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
    letters = "".join(chr(byte) for byte in code.to_bytes(4, "little") if chr(byte).isprintable()).strip()
    width, height = (int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    fps = capture.get(cv2.CAP_PROP_FPS)
    return f"{letters} {width}x{height}".strip() + (f" at {fps:g}" if fps > 0 else "")


def _device(spec: str) -> str:
    device = device_path(spec)
    if not Path(device).exists():
        raise SourceError(f"webcam {device}: no such device{_others(device)}")
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"webcam {device}: no permission; add yourself to its group "
            "(`sudo usermod -aG video $USER`) and log in again"
        )
    if not gives_pictures(Path(device)):
        raise SourceError(f"webcam {device}: is no camera that gives pictures{_others(device)}")
    return device


def _others(device: str) -> str:
    # None of them is opened: this camera's thread may not hang in another's driver.
    others = [str(path) for path in device_files() if str(path) != device]
    return f"; found: {', '.join(others)}" if others else "; no other webcam found"
