"""Reads the rows that a question asks for, a page at a time, and remembers where to go on."""

import time
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from services.web.history.query import Query
from services.web.history.steps import period_of
from services.web.history.summing import Total, resummed
from shared.history import Page, Period, Span
from shared.history_entries import PastResult, Sums

MOST_RESULTS = 100_000
"""Looked at for one answer that has a limit: in most there may be no face, and so no row."""

ROWS_AT_ONCE = 500


class Past(Protocol):
    """What is kept of a camera."""

    def results(self, span: Span, after: str = "") -> Iterator[Page[PastResult]]:
        """Yield the results of a span, or those of them that were written behind the entry `after`."""

    def sums(self, period: Period, span: Span) -> Iterator[Page[Sums]]:
        """Yield the sums of the periods that begin in a span."""

    def kept_results(self) -> Span | None:
        """Return from when to when single results are kept; None where none is."""

    def kept_sums(self, period: Period) -> Span | None:
        """Return from when to when sums are kept; None where none is."""


class ResultRows:
    """The single results that a question asks for.

    Attributes:
        unreadable: entries so far that were no rows.
        next: the parameters that ask for the rest; None where there is none.
    """

    def __init__(self, past: Past, query: Query) -> None:
        self.kept = past.kept_results()
        self.unreadable = 0
        self.next: str | None = None
        self._past = past
        self._query = query
        self._rows = self._seen = 0
        self._last = ""

    def pages(self) -> Iterator[list[PastResult]]:
        """Yield the results, oldest first; the faces of one stay together."""
        for page in self._past.results(self._query.span, self._query.after):
            self.unreadable += page.unreadable
            rows = self._within_limit(page.rows)
            yield rows
            if self.next is not None:
                return
            _let_others_work()

    def _within_limit(self, rows: tuple[PastResult, ...]) -> list[PastResult]:
        limit, taken = self._query.limit, []
        for row in rows:
            if limit is not None and self._is_too_much(row, limit):
                self.next = self._query.going_on(after=self._last)
                break
            self._rows += len(row.faces)
            self._seen += 1
            self._last = row.id
            taken.append(row)
        return taken

    def _is_too_much(self, row: PastResult, limit: int) -> bool:
        if self._seen == 0:
            return False
        return self._rows + len(row.faces) > limit or self._seen >= MOST_RESULTS


class SummedRows:
    """The sums that a question asks for.

    Attributes:
        unreadable: entries so far that were no rows.
        next: the parameters that ask for the rest; None where there is none.
        kept_results: from when to when single results are kept; None where none is.
        total: of the rows so far.
    """

    def __init__(self, past: Past, query: Query) -> None:
        self._period = period_of(query.every)
        self.kept = past.kept_sums(self._period)
        self.kept_results = past.kept_results()
        self.unreadable = 0
        self.next: str | None = None
        self.total = Total()
        self._past = past
        self._query = query

    def pages(self) -> Iterator[list[Sums]]:
        """Yield the rows, oldest first."""
        page: list[Sums] = []
        for number, row in enumerate(resummed(self._stored(), self._query.every)):
            if number == self._query.limit:
                self.next = self._query.going_on(since=row.t)
                break
            self.total.add(row)
            page.append(row)
            if len(page) == ROWS_AT_ONCE:
                yield page
                page = []
        yield page

    def _stored(self) -> Iterator[Sums]:
        return chain.from_iterable(map(self._read, self._past.sums(self._period, self._query.span)))

    def _read(self, page: Page[Sums]) -> tuple[Sums, ...]:
        self.unreadable += page.unreadable
        _let_others_work()
        return page.rows


def _let_others_work() -> None:
    # In the service a greenlet that never waits lets no other one run.
    time.sleep(0)
