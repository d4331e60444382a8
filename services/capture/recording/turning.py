"""Turns pictures as their video says that they are to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame

from services.capture.picture import BgrImage, Size

_DISPLAY_MATRIX = "DISPLAYMATRIX"


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to lay a picture down.

    Attributes:
        transposed: first, rows become columns.
        mirrored: then, left and right are exchanged.
        flipped: and top and bottom.
    """

    transposed: bool = False
    mirrored: bool = False
    flipped: bool = False

    @property
    def reverses(self) -> bool:
        """Whether left becomes right: no turn by whatever angle can do that."""
        return self.transposed ^ self.mirrored ^ self.flipped

    @property
    def degrees(self) -> int:
        """By how much the picture is turned clockwise, 0 to 270; left and right are exchanged before."""
        if self.transposed:
            return 90 if self.mirrored else 270
        return 180 if self.flipped else 0

    def size(self, width: int, height: int) -> Size:
        """Return the size that a picture of that size is shown in."""
        return (height, width) if self.transposed else (width, height)

    def apply(self, picture: BgrImage) -> BgrImage:
        """Return the picture as it is to be shown."""
        turned = cv2.transpose(picture) if self.transposed else picture
        if self.mirrored and self.flipped:
            turned = cv2.flip(turned, -1)
        elif self.mirrored or self.flipped:
            turned = cv2.flip(turned, 1 if self.mirrored else 0)
        return cast(BgrImage, turned)


class Turns:
    """Tells how frames of one video are to be shown.

    PyAV tells each frame's angle. For the rest of its matrix it makes an object that keeps the frame in
    memory until Python looks for cycles, which is after gigabytes: so only one frame of each angle is asked.
    """

    def __init__(self) -> None:
        self._known: dict[int, Turn] = {}

    def of(self, frame: VideoFrame) -> Turn:
        """Return how a frame is to be shown."""
        degrees = frame.rotation
        if degrees not in self._known:
            self._known[degrees] = turn_of(frame)
        return self._known[degrees]


def turn_of(frame: VideoFrame) -> Turn:
    """Return how a frame is to be shown: its display matrix, to the nearest right angle.

    The matrix is that of ISO/IEC 14496-12, 8.3.2.3, which FFmpeg gives every frame of such a video:
    x' = a x + c y and y' = b x + d y, with a, b in its first row and c, d in its second.
    """
    try:
        matrix = _display_matrix(frame)
    except ValueError:
        # PyAV reads none of a frame's side data where it does not know one of them.
        return turn_of_degrees(frame.rotation)
    if matrix is None:
        return Turn()
    (a, b, _), (c, d, _), _ = np.frombuffer(matrix, np.int32).reshape(3, 3).tolist()
    return turn_of_matrix(a, b, c, d)


def turn_of_matrix(a: int, b: int, c: int, d: int) -> Turn:
    """Return the turn of x' = a x + c y, y' = b x + d y."""
    if abs(a) + abs(d) < abs(b) + abs(c):
        return Turn(transposed=True, mirrored=c < 0, flipped=b < 0)
    return Turn(mirrored=a < 0, flipped=d < 0)


def turn_of_degrees(degrees: float) -> Turn:
    """Return the turn by an angle, counter-clockwise as FFmpeg's `av_display_rotation_get` has it."""
    quarters = round(degrees / 90) % 4
    return (
        Turn(),
        Turn(transposed=True, flipped=True),
        Turn(mirrored=True, flipped=True),
        Turn(transposed=True, mirrored=True),
    )[quarters]


def _display_matrix(frame: VideoFrame) -> bytes | None:
    side_data = cast("Mapping[str, Buffer]", frame.side_data)
    return bytes(side_data[_DISPLAY_MATRIX]) if _DISPLAY_MATRIX in side_data else None
