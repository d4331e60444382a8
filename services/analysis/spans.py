"""For how long a face shows the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

from services.analysis.frames import SECOND, ReadFrame
from shared.entities import EXPRESSIONS

LONGEST_GAP = SECOND // 2
"""A face that is not detected for so long, and shows the same before and after, showed it all the time."""

KEPT = 3
"""Spans of an expression."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a face showed one expression.

    Attributes:
        expression: one of `EXPRESSIONS`.
        track: the face's number.
        start: time of its first frame, ns from the video's first.
        end: the same of its last.
    """

    expression: str
    track: int
    start: int
    end: int


class Spans:
    """The longest spans of each expression."""

    def __init__(self) -> None:
        self._open: dict[int, Span] = {}
        self._longest: dict[str, list[Span]] = {name: [] for name in EXPRESSIONS}
        self._before = 0

    def add(self, frame: ReadFrame) -> None:
        """Take the next frame. One that failed says nothing about anybody."""
        if frame.failure:
            return
        shown = {one.face.track: one.face.expression for one in frame.faces}
        for track, span in list(self._open.items()):
            # Where there are seconds between two frames, both show it, and nothing is between them.
            is_near = span.end == self._before or frame.t - span.end <= LONGEST_GAP
            if shown.get(track, span.expression) != span.expression or not is_near:
                self._close(self._open.pop(track))
        for number, expression in shown.items():
            if number is not None and expression in EXPRESSIONS:
                start = self._open[number].start if number in self._open else frame.t
                self._open[number] = Span(expression, number, start, frame.t)
        self._before = frame.t

    def longest(self) -> Iterator[Span]:
        """Yield the longest of each expression, the longest first; of two as long, the earlier."""
        for name in EXPRESSIONS:
            spans = [span for span in self._open.values() if span.expression == name]
            yield from _longest([*self._longest[name], *spans])

    def _close(self, span: Span) -> None:
        self._longest[span.expression] = _longest([*self._longest[span.expression], span])


def _longest(spans: list[Span]) -> list[Span]:
    return nlargest(KEPT, spans, key=lambda span: (span.end - span.start, -span.start, -span.track))
