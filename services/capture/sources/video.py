"""A recorded video, played in real time over and over."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Generic

import cv2

from services.capture.picture import BgrImage, JpegImage, Picture
from services.capture.sources.jpegs import PassedOn, pass_on
from services.capture.sources.native import next_picture, open_capture
from services.capture.sources.pacing import Pacer
from services.capture.sources.source import P
from shared.errors import SourceError

_FPS_WHERE_THE_FILE_TELLS_NONE = 25.0
_FASTEST_BELIEVABLE_FPS = 240.0
_DRAWN_TEXT = cv2.VideoWriter.fourcc(*"ansi")  # FFmpeg plays a .txt file as a terminal would show it


class Recording(Generic[P]):
    """A video file or address of known length, paced by its own rate, looped.

    Args:
        target: what FFmpeg opens.
        name: how errors call it, credentials masked.
        fps: at most this many pictures a second: faster videos are thinned, never slowed.
        options: `cv2.CAP_PROP_*` for opening.
        beat: makes the pacer, given the rate.
        take: reads the next picture; None at the end.

    Raises:
        SourceError: it cannot be opened or holds no picture that can be decoded.
    """

    def __init__(
        self,
        target: str,
        name: str,
        fps: float | None,
        options: Mapping[int, int] | None = None,
        beat: Callable[[float], Pacer] = Pacer,
        *,
        take: Callable[[cv2.VideoCapture], P | None],
    ) -> None:
        self._take = take
        self._target = target
        self._name = name
        self._options = options or {}
        self._capture = self._open()
        recorded = _believable(self._capture.get(cv2.CAP_PROP_FPS))
        self.fps: float | None = min(recorded, fps or recorded)
        self._pacer = beat(min(recorded, fps or recorded))
        self._pictures_a_tick = recorded * self._pacer.period
        self._owed = 0.0

    def read(self) -> P:
        """Return the picture that is due now; those that it is too late for are skipped, not decoded late."""
        self._owed += self._pacer.wait() * self._pictures_a_tick
        due = int(self._owed)
        self._owed -= due
        self._skip(due - 1)
        return self._next()

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _skip(self, count: int) -> None:
        # For one period at most: a video that this machine decodes slower than it plays would otherwise skip
        # ever more. What is still late then is forgiven.
        enough = time.monotonic() + self._pacer.period
        for _ in range(count):
            if not self._capture.grab():
                self._rewind()
            if time.monotonic() > enough:
                return

    def _next(self) -> P:
        for recover in (None, self._rewind, self._reopen):
            if recover:
                recover()
            picture = self._take(self._capture)
            if picture is not None:
                return picture
        raise SourceError(f"{self._name}: gives no pictures any more")

    def _rewind(self) -> None:
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)

    def _reopen(self) -> None:  # for containers that cannot seek
        self._capture.release()
        self._capture = self._open()

    def _open(self) -> cv2.VideoCapture:
        capture = open_capture(self._target, cv2.CAP_FFMPEG, self._options)
        if capture is None:
            raise SourceError(f"{self._name}: cannot be opened as a video")
        if capture.get(cv2.CAP_PROP_FOURCC) == _DRAWN_TEXT:
            capture.release()
            raise SourceError(f"{self._name}: is text, not a video")
        return capture


class VideoSource(Recording[BgrImage]):
    """A recording whose pictures are decoded; see `Recording`."""

    def __init__(
        self,
        target: str,
        name: str,
        fps: float | None,
        options: Mapping[int, int] | None = None,
        beat: Callable[[float], Pacer] = Pacer,
    ) -> None:
        super().__init__(target, name, fps, options, beat, take=next_picture)


class JpegSource(Recording[Picture]):
    """A recording in Motion JPEG whose pictures are passed on; see `Recording`."""

    def __init__(self, target: str, name: str, fps: float | None) -> None:
        self._jpegs = PassedOn()
        super().__init__(target, name, fps, take=self._jpegs.next)

    @property
    def broken(self) -> int:
        """How many pictures could not be decoded, and were passed over."""
        return self._jpegs.broken

    def _open(self) -> cv2.VideoCapture:
        capture = super()._open()
        pass_on(capture)
        return capture


def can_be_passed_on(target: str) -> bool:
    """Return whether a file is Motion JPEG, each of whose JPEGs is a picture.

    In interlaced video one has every other line.
    """
    capture = open_capture(target, cv2.CAP_FFMPEG, {})
    if capture is None:
        return False
    try:
        size = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        first = PassedOn().next(capture) if pass_on(capture) else None
    finally:
        capture.release()
    return isinstance(first, JpegImage) and (first.width, first.height) == size


def _believable(fps: float) -> float:
    if math.isfinite(fps) and 0 < fps <= _FASTEST_BELIEVABLE_FPS:
        return fps
    return _FPS_WHERE_THE_FILE_TELLS_NONE
