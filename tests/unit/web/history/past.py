"""A past in memory."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from shared.entities import EXPRESSIONS, Box, Face
from shared.entries import entry_order
from shared.errors import BrokerUnreachable
from shared.history import PERIOD_NS, SECOND_NS, Page, Period, Span
from shared.history_entries import PastResult, Sums

START = 1_699_999_200 * SECOND_NS
"""A whole hour, 800 s before the fake clock's now."""


def face(expression: str = "happy", track: int = 7) -> Face:
    scores = dict.fromkeys(EXPRESSIONS, 0.05) | {expression: 0.7}
    return Face(Box(1, 2, 30, 40), expression, 0.7, scores, track)


def unsure() -> Face:
    return replace(face(), expression="unsure", reason="dark")


def result(second: float, *faces: Face) -> PastResult:
    t = START + round(second * SECOND_NS)
    return PastResult(f"{t // 1_000_000}-0", round(second * 10), t, faces)


def sums(second: int, frames: int = 10, **counts: int) -> Sums:
    faces = sum(counts.values())
    scores = {name: round(number * 0.7, 4) for name, number in counts.items() if name != "unsure"}
    return Sums(START + second * SECOND_NS, frames, faces, counts, scores)


class FakePast:
    """What is kept of a camera; `answer` raises where the broker is away."""

    def __init__(self, answer: Callable[[], None] = lambda: None) -> None:
        self.kept: list[PastResult] = []
        self.seconds: list[Sums] = []
        self.minutes: list[Sums] = []
        self.unreadable = 0
        self.read: list[str] = []
        self.page = 3
        self.cut_after: int | None = None
        self._answer = answer
        self._pages = 0

    def results(self, span: Span, after: str = "") -> Iterator[Page[PastResult]]:
        self.read.append("raw")
        begin = entry_order(after) if after else (0, 0)
        rows = [row for row in self.kept if span.holds(row.t) and entry_order(row.id) > begin]
        for index in range(0, len(rows), self.page):
            self._turn()
            yield Page(tuple(rows[index : index + self.page]), self.unreadable)

    def sums(self, period: Period, span: Span) -> Iterator[Page[Sums]]:
        self.read.append(period)
        rows = [row for row in self._sums(period) if span.holds(row.t)]
        for index in range(0, len(rows), self.page):
            self._turn()
            yield Page(tuple(rows[index : index + self.page]), self.unreadable)

    def kept_results(self) -> Span | None:
        self._answer()
        return Span(self.kept[0].t, self.kept[-1].t + 1) if self.kept else None

    def kept_sums(self, period: Period) -> Span | None:
        self._answer()
        rows = self._sums(period)
        return Span(rows[0].t, rows[-1].t + PERIOD_NS[period]) if rows else None

    def _sums(self, period: Period) -> list[Sums]:
        return self.seconds if period == "1s" else self.minutes

    def _turn(self) -> None:
        self._pages += 1
        if self.cut_after is not None and self._pages > self.cut_after:
            raise BrokerUnreachable("broker is away")
