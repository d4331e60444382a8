"""The `test:` source: the drawn picture, at any size and rate."""

import re
import time
from itertools import count

from services.capture.pattern import LARGEST, SMALLEST, draw
from services.capture.picture import BgrImage, Size
from services.capture.sources.pacing import Pacer
from shared.errors import SourceError

_SPEC = re.compile(r"test:(?:(\d+)x(\d+))?(?:@(\d+(?:\.\d+)?))?")
_DEFAULT_SIZE: Size = (640, 480)
_DEFAULT_FPS = 30.0
_FASTEST_FPS = 240.0


class DrawnSource:
    """Draws each picture at the moment it is due, with its number from 0 and the time in its pixels."""

    def __init__(self, size: Size, fps: float) -> None:
        self._size = size
        self._pacer = Pacer(fps)
        self._numbers = count()
        self.fps: float | None = fps

    def read(self) -> BgrImage:
        """Draw the next picture."""
        self._pacer.wait()
        return draw(next(self._numbers), time.time_ns(), self._size)

    def close(self) -> None:
        """Nothing is held open."""


def open_drawn(spec: str, size: Size | None, fps: float | None) -> DrawnSource:
    """Open `test:`, `test:640x480`, `test:@30` or `test:640x480@30`; what the spec says wins.

    Raises:
        SourceError: the spec is none of these, or asks for what cannot be drawn.
    """
    parts = _SPEC.fullmatch(spec)
    if parts is None:
        raise SourceError(f"source {spec!r}: write it as test:WIDTHxHEIGHT@FPS, for example test:640x480@30")
    width, height, rate = parts.groups()
    if width:
        size = (int(width), int(height))
    fps = float(rate or fps or _DEFAULT_FPS)
    return DrawnSource(_drawable(spec, size or _DEFAULT_SIZE), _steady(spec, fps))


def _drawable(spec: str, size: Size) -> Size:
    if not all(low <= side <= high for low, side, high in zip(SMALLEST, size, LARGEST, strict=True)):
        raise SourceError(
            f"source {spec!r}: its size {size[0]}x{size[1]} is not between "
            f"{SMALLEST[0]}x{SMALLEST[1]} and {LARGEST[0]}x{LARGEST[1]}"
        )
    return size


def _steady(spec: str, fps: float) -> float:
    if not 0 < fps <= _FASTEST_FPS:
        raise SourceError(f"source {spec!r}: its rate {fps:g} is not between 0 and {_FASTEST_FPS:g}")
    return fps
