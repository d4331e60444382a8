"""Reads the history of a camera: numbers by result, by the second and by the minute.

`finish.lua` writes it. An entry's id is when it was written, its `t` the time that it is about; with several
workers, results are written a little out of order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from shared.broker import Broker
from shared.entries import Fields
from shared.errors import EntryError
from shared.history_entries import (
    PastResult,
    Sums,
    decode_open_sums,
    decode_past_result,
    decode_sums,
    entry_time,
)
from shared.keys import CameraKeys

SECOND_NS = 1_000_000_000

Period = Literal["1s", "1m"]

PERIOD_NS: dict[Period, int] = {"1s": SECOND_NS, "1m": 60 * SECOND_NS}

PAGE = 250
"""Entries in one reply of the broker: decoded in a few milliseconds, in which nobody else is served."""

LATE_NS = 120 * SECOND_NS
"""An entry that is about a time so far behind a span's end is followed by none that belongs to the span."""

EARLY_NS = SECOND_NS
"""Entries are written after the time that they are about, by clocks that agree to less than this."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, Unix nanoseconds on the broker's clock: from `since` up to, and without, `until`."""

    since: int
    until: int

    def holds(self, t: int) -> bool:
        """Return whether a time is in it."""
        return self.since <= t < self.until


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """What one reply of the broker held.

    Attributes:
        rows: in the order in which they were written.
        unreadable: entries that are no rows of ours.
    """

    rows: tuple[_T, ...]
    unreadable: int = 0


class CameraHistory:
    """What is kept of one camera. Methods raise a `BrokerError` where the broker is away or refuses.

    Args:
        broker: where it is kept.
        camera: whose it is.

    Raises:
        SettingsError: the camera's id is not valid.
    """

    def __init__(self, broker: Broker, camera: str) -> None:
        self._broker = broker
        self._keys = CameraKeys(camera)

    def results(self, span: Span, after: str = "") -> Iterator[Page[PastResult]]:
        """Yield the results of a span, or those of them that were written behind the entry `after`."""
        yield from self._pages(self._keys.expressions, span, decode_past_result, after)

    def sums(self, period: Period, span: Span) -> Iterator[Page[Sums]]:
        """Yield the sums of the periods that begin in a span; the one that is still open comes last."""
        # First: a period that is closed between the two reads is then seen twice, not missed.
        still_open = self._open(period)
        newest = -1
        for page in self._pages(self._stream(period), span, decode_sums):
            newest = max([newest, *(row.t for row in page.rows)])
            yield page
        if still_open is not None and still_open.t > newest and span.holds(still_open.t):
            yield Page((still_open,))

    def kept_results(self) -> Span | None:
        """Return from when to when single results are kept; None where none is."""
        return self._kept(self._keys.expressions, 1)

    def kept_sums(self, period: Period) -> Span | None:
        """Return from when to when sums are kept; None where none is."""
        still_open = self._open(period)
        kept = self._kept(self._stream(period), PERIOD_NS[period])
        if still_open is None:
            return kept
        since = kept.since if kept else still_open.t
        return Span(since, still_open.t + PERIOD_NS[period])

    def _stream(self, period: Period) -> str:
        return self._keys.expressions_1m if period == "1m" else self._keys.expressions_1s

    def _open(self, period: Period) -> Sums | None:
        with self._broker.errors():
            raw: Any = self._broker.redis.hget(self._keys.rollup, period)
        try:
            return None if raw is None else decode_open_sums(raw)
        except EntryError:
            # The script that wrote it begins anew with the next result.
            return None

    def _kept(self, key: str, lasts_ns: int) -> Span | None:
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.xrange(key, count=1)
            pipeline.xrevrange(key, count=1)
            oldest, newest = pipeline.execute()
        if not oldest or not newest:
            return None
        return Span(entry_time(*oldest[0]), entry_time(*newest[0]) + lasts_ns)

    def _pages(
        self, key: str, span: Span, decode: Callable[[str, Fields], _T], after: str = ""
    ) -> Iterator[Page[_T]]:
        begin = f"({after}" if after else str(max(0, span.since - EARLY_NS) // 1_000_000)
        while True:
            with self._broker.errors():
                entries: Any = self._broker.redis.xrange(key, begin, "+", PAGE)
            times = [entry_time(entry_id, fields) for entry_id, fields in entries]
            yield _page([pair for pair, t in zip(entries, times, strict=True) if span.holds(t)], decode)
            if len(entries) < PAGE or min(times) >= span.until + LATE_NS:
                return
            begin = f"({entries[-1][0].decode()}"


def _page(entries: list[tuple[bytes, Fields]], decode: Callable[[str, Fields], _T]) -> Page[_T]:
    rows = []
    for entry_id, fields in entries:
        try:
            rows.append(decode(entry_id.decode(), fields))
        except EntryError:
            continue
    return Page(tuple(rows), len(entries) - len(rows))
