"""Adds sums up: to longer periods, and to a total."""

from collections.abc import Iterable, Iterator

from shared.history import SECOND_NS
from shared.history_entries import Sums


class Total:
    """Sums that grow.

    Attributes:
        frames: results so far.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._faces = 0
        self._counts: dict[str, int] = {}
        self._scores: dict[str, float] = {}

    def add(self, row: Sums) -> None:
        """Add a row."""
        self.frames += row.frames
        self._faces += row.faces
        for name, number in row.counts.items():
            self._counts[name] = self._counts.get(name, 0) + number
        for name, score in row.scores.items():
            self._scores[name] = self._scores.get(name, 0.0) + score

    def sums(self, t: int) -> Sums:
        """Return what was added, as a row of the period that begins at `t`."""
        return Sums(t, self.frames, self._faces, dict(self._counts), dict(self._scores))


def resummed(rows: Iterable[Sums], step_s: int) -> Iterator[Sums]:
    """Yield rows of `step_s` seconds, each beginning at a multiple of it since 1970, from shorter ones."""
    step = step_s * SECOND_NS
    start, total = 0, Total()
    for row in rows:
        begins = row.t - row.t % step
        if total.frames and begins != start:
            yield total.sums(start)
            total = Total()
        start = begins
        total.add(row)
    if total.frames:
        yield total.sums(start)
