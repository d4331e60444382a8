"""Motion JPEG as the camera made it: decoding it, only to encode it again, would cost time and quality."""

import cv2
import simplejpeg

from services.capture.picture import BgrImage, JpegImage, Picture
from services.capture.sources.native import next_picture

CHECK_EVERY = 30
"""Pictures: one in so many is decoded, to see that workers will be able to."""

MOST_BROKEN = 10
"""So many in a row that cannot be decoded are passed over before the source counts as lost."""

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""Workers decode no larger one, and the broker's memory is for many."""

MOTION_JPEG = cv2.VideoWriter.fourcc(*"MJPG")

_COLOURS = ("YCbCr", "Gray")
_END = b"\xff\xd9"  # The marker EOI of ITU-T T.81


def is_motion_jpeg(capture: cv2.VideoCapture) -> bool:
    """Return whether what is captured is Motion JPEG."""
    return int(capture.get(cv2.CAP_PROP_FOURCC)) == MOTION_JPEG


def pass_on(capture: cv2.VideoCapture) -> bool:
    """Let FFmpeg give Motion JPEG as it is; return whether it will."""
    return is_motion_jpeg(capture) and capture.set(cv2.CAP_PROP_FORMAT, -1)


class PassedOn:
    """The pictures of a capture that gives JPEGs as they are, `uint8 [1, bytes]`.

    Many a camera's JPEGs end early, or have bytes in them that do not belong there. Other programs show them;
    workers refuse them, for they cannot tell what is missing. So one in `CHECK_EVERY` is checked, and each of
    the next ones after one that was not whole: such a one is given as pixels, as far as it can be decoded.

    Attributes:
        broken: how many could not be decoded at all, and were passed over.
    """

    def __init__(self) -> None:
        self._unchecked = 0
        self._doubts = 0
        self.broken = 0

    def next(self, capture: cv2.VideoCapture) -> Picture | None:
        """Read one picture; None at the end, on a loss, and where none can be decoded any longer."""
        for _ in range(MOST_BROKEN):
            read = next_picture(capture)
            if read is None:
                return None
            if read.shape[0] != 1:
                return read  # A driver that gives pixels nonetheless.
            picture = self.checked(read.tobytes())
            if picture is not None:
                return picture
        return None

    def checked(self, data: bytes) -> Picture | None:
        """Return a camera's JPEG as it is, or pixels where workers would refuse it; None for no picture."""
        picture = self._checked(data)
        self.broken += picture is None
        return picture

    def _checked(self, data: bytes) -> Picture | None:
        end = data.rfind(_END)
        if end >= 0:
            data = data[: end + len(_END)]  # Some drivers fill their buffers up.
        try:
            height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
        except ValueError:
            return None
        if width * height > MOST_PIXELS:
            return None
        fits = colours in _COLOURS and len(data) <= MOST_BYTES
        if fits and (not self._is_due() or self._found_whole(data)):
            return JpegImage(data, width, height)
        return _pixels(data)

    def _is_due(self) -> bool:
        self._unchecked = (self._unchecked + 1) % CHECK_EVERY
        return self._doubts > 0 or self._unchecked == 1

    def _found_whole(self, data: bytes) -> bool:
        whole = is_whole(data)
        self._doubts = max(0, self._doubts - 1) if whole else CHECK_EVERY
        return whole


def is_whole(data: bytes) -> bool:
    """Return whether a JPEG can be decoded without a complaint."""
    try:
        # All of its data is read for that, and little computed from it.
        simplejpeg.decode_jpeg(data, colorspace="GRAY", min_factor=8)
    except ValueError:
        return False
    return True


def _pixels(data: bytes) -> BgrImage | None:
    try:
        pixels: BgrImage = simplejpeg.decode_jpeg(data, colorspace="BGR", strict=False)
    except ValueError:
        return None
    return pixels
