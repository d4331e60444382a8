"""A webcam, read through V4L2."""

import os
from pathlib import Path

import cv2

from services.capture.picture import BgrImage, Size
from services.capture.sources.native import next_picture, open_capture
from services.capture.sources.v4l2 import gives_pictures, webcams
from shared.errors import SourceError

# One buffer would be enough to hold the newest picture, but leaves the driver none to fill while we decode,
# and USB cameras then drop every other picture. The reader never lets two of them wait.
_BUFFERS = 2


class Webcam:
    """A V4L2 device, at the size and rate nearest to those asked for that it can do.

    Asks for Motion JPEG: most webcams give 640x480 and more at 30 pictures a second in no other format.
    """

    def __init__(self, device: str, size: Size | None, fps: float | None) -> None:
        self._name = f"webcam {device}"
        capture = open_capture(device, cv2.CAP_V4L2, {})
        if capture is None:
            raise SourceError(f"{self._name}: cannot be opened; does another program use it?")
        self._capture = capture
        self._ask_for(size, fps)
        told = capture.get(cv2.CAP_PROP_FPS)
        self.fps: float | None = told if told > 0 else None

    def read(self) -> BgrImage:
        """Return the next picture that the device gives."""
        picture = next_picture(self._capture)
        if picture is None:
            raise SourceError(f"{self._name}: gives no pictures any more; was it unplugged?")
        return picture

    def close(self) -> None:
        """Switch the camera off."""
        self._capture.release()

    def _ask_for(self, size: Size | None, fps: float | None) -> None:
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        if size:
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        if fps:
            self._capture.set(cv2.CAP_PROP_FPS, fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERS)


def open_webcam(spec: str, size: Size | None, fps: float | None) -> Webcam:
    """Open webcam `spec`, a number or a device path.

    Raises:
        SourceError: it is absent, may not be used, or doesn't open; says what to do.
    """
    device = f"/dev/video{int(spec)}" if spec.isdecimal() else spec
    if not Path(device).exists():
        raise SourceError(f"webcam {device}: no such device{_others(device)}")
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"webcam {device}: no permission; add yourself to its group "
            "(`sudo usermod -aG video $USER`) and log in again"
        )
    if not gives_pictures(Path(device)):
        raise SourceError(f"webcam {device}: is no camera that gives pictures{_others(device)}")
    return Webcam(device, size, fps)


def _others(device: str) -> str:
    others = [path for path in webcams() if path != device]
    return f"; found: {', '.join(others)}" if others else "; no other webcam found"
