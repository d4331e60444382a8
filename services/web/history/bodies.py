"""The bodies of answers, a piece at a time: a day of a camera does not have to fit into memory."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import chain
from typing import Any

from services.web.history.query import Query
from services.web.history.reading import ResultRows, SummedRows
from services.web.history.times import iso
from services.web.history.wording import (
    RESULT_COLUMNS,
    SUM_COLUMNS,
    Value,
    face_lines,
    face_rows,
    seconds,
    sum_line,
    sum_row,
    sums_dict,
)
from shared.history import Span

NOTHING_KEPT = (
    "Nothing is kept of this camera: its history is off (MIEN_HISTORY), is too old, or has not begun yet."
)


def json_body(camera: str, path: str, query: Query, rows: ResultRows | SummedRows, now: int) -> Iterator[str]:
    """Yield an answer in JSON.

    Args:
        camera: whose history it is.
        path: of the address that was asked.
        query: what was asked.
        rows: what there is.
        now: the broker's time, Unix ns.
    """
    head = _head(camera, query, rows.kept)
    if isinstance(rows, SummedRows):
        # A page that shows sums needs them too, and need not read a single result for them.
        head |= {"kept_results": _span_dict(rows.kept_results), "now": seconds(now)}
    yield json.dumps(head)[:-1] + ',"rows":['
    pieces = filter(None, map(_json_rows, _dict_pages(rows)))
    yield from chain((next(pieces, ""),), map(",".__add__, pieces))
    tail: dict[str, Any] = {"totals": sums_dict(rows.total.sums(0))} if isinstance(rows, SummedRows) else {}
    tail |= {"unreadable": rows.unreadable, "next": rows.next and f"{path}?{rows.next}"}
    yield "]," + json.dumps(tail)[1:] + "\n"


def csv_body(rows: ResultRows | SummedRows) -> Iterator[str]:
    """Yield an answer as a table: a line of names, `,` between values, nothing for what is empty."""
    if isinstance(rows, SummedRows):
        yield _csv_text([SUM_COLUMNS])
        yield from (_csv_text(map(sum_line, page)) for page in rows.pages())
    else:
        yield _csv_text([RESULT_COLUMNS])
        yield from (_csv_text(chain.from_iterable(map(face_lines, page))) for page in rows.pages())


def _head(camera: str, query: Query, kept: Span | None) -> dict[str, Any]:
    return {
        "camera": camera,
        "every": query.every or "raw",
        "since": seconds(query.span.since),
        "until": seconds(query.span.until),
        "kept": _span_dict(kept),
        "note": _note(query.span, kept),
    }


def _span_dict(span: Span | None) -> dict[str, float] | None:
    return None if span is None else {"since": seconds(span.since), "until": seconds(span.until)}


def _note(span: Span, kept: Span | None) -> str | None:
    if kept is None:
        return NOTHING_KEPT
    if kept.until <= span.since or span.until <= kept.since:
        return f"Nothing is kept of this time, only from {iso(kept.since)} to {iso(kept.until)}."
    return None


def _dict_pages(rows: ResultRows | SummedRows) -> Iterator[Iterable[Mapping[str, Any]]]:
    if isinstance(rows, SummedRows):
        return (map(sum_row, page) for page in rows.pages())
    return (chain.from_iterable(map(face_rows, page)) for page in rows.pages())


def _json_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), separators=(",", ":"))[1:-1]


def _csv_text(lines: Iterable[tuple[Value, ...]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
