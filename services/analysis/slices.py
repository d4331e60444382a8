"""What is shown over time, in slices of it: as many as are legible, however long the video."""

from array import array
from collections import defaultdict
from collections.abc import Iterable

from services.analysis.frames import SECOND, ReadFrame
from shared.entities import EXPRESSIONS, UNSURE

SHOWN = (*EXPRESSIONS, UNSURE)

MOST = 480
"""Slices: narrower ones of hours of video look like noise. When they are full, each two become one."""

FINEST = SECOND // 100
"""Of a slice, at first, in ns."""

Slice = array
"""Nanoseconds in which each of `SHOWN` was shown, and then the sum of each score times the time."""

EMPTY = Slice("f", [0.0] * (len(SHOWN) + len(EXPRESSIONS)))


class Slices:
    """Times by track and slice.

    Attributes:
        width: of a slice, in ns.
        end: of the last frame, in ns.
        tracks: by number: its slices that are not empty, by their number.
        failed: the slices in which frames failed.
    """

    def __init__(self) -> None:
        self.width = FINEST
        self.end = 0
        self.tracks: defaultdict[int, dict[int, Slice[float]]] = defaultdict(dict)
        self.failed: set[int] = set()

    def add(self, frame: ReadFrame, until: int) -> None:
        """Take a frame that is replaced by the next one at `until`, in ns."""
        self.end = max(self.end, until)
        while self.end > MOST * self.width:
            self._halve()
        for number, time in self._parts(frame.t, until):
            if frame.failure:
                self.failed.add(number)
            for found in frame.faces:
                face = found.face
                if face.track is not None:
                    values = self.tracks[face.track].setdefault(number, Slice("f", EMPTY))
                    values[SHOWN.index(face.expression)] += time
                    for at, name in enumerate(EXPRESSIONS, len(SHOWN)):
                        values[at] += time * face.scores[name]

    def _parts(self, begin: int, end: int) -> Iterable[tuple[int, int]]:
        """Yield each slice that a time touches, and how much of the time is in it, at least 1 ns."""
        first, last = begin // self.width, max(begin, end - 1) // self.width
        for number in range(first, last + 1):
            inside = min(end, (number + 1) * self.width) - max(begin, number * self.width)
            yield number, max(1, inside)

    def _halve(self) -> None:
        self.width *= 2
        self.failed = {number // 2 for number in self.failed}
        for track, slices in self.tracks.items():
            merged: dict[int, Slice[float]] = {}
            for number, values in slices.items():
                half = merged.get(number // 2, EMPTY)
                merged[number // 2] = Slice("f", map(sum, zip(half, values, strict=True)))
            self.tracks[track] = merged
