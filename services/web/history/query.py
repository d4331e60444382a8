"""What is asked of the history: the parameters of an address, checked."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from services.web.history.steps import LONGEST_STEP_S, auto_step, parse_step
from services.web.history.times import parse_time, unix
from shared.entries import ENTRY_ID, LARGEST, entry_order
from shared.errors import MienError
from shared.history import SECOND_NS, Span

NAMES = ("since", "until", "every", "limit", "format", "after")

DEFAULT_SPAN_NS = 3_600 * SECOND_NS

RAW = 0
"""As `every`: single results, not summed."""

DEFAULT_LIMIT = 10_000

MOST_ROWS = 100_000
"""In one answer in JSON, which many programs hold in memory whole."""

SHOWN = 60
"""Characters of a wrong value."""

LARGEST_PART = 2**64 - 1
"""Of both parts of an entry's id; behind the id of two such, there can be none."""

Format = Literal["json", "csv"]

FORMATS: dict[str, Format] = {"json": "json", "csv": "csv"}


class QueryError(MienError):
    """Raised when a parameter is unknown or wrong; names it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the history of a camera.

    Attributes:
        span: the time that it is about.
        every: seconds that a row sums up, or `RAW`.
        limit: rows at most; None for all.
        format: of the answer.
        after: the entry behind which to go on, of single results; empty for from the beginning.
    """

    span: Span
    every: int = RAW
    limit: int | None = DEFAULT_LIMIT
    format: Format = "json"
    after: str = ""

    def going_on(self, *, after: str = "", since: int | None = None) -> str:
        """Return the parameters that ask for what comes behind an answer, as they stand in an address."""
        begin = self.span.since if since is None else since
        asked = {
            "since": unix(begin),
            "until": unix(self.span.until),
            "every": self.every or "raw",
            "limit": self.limit,
            "after": after,
        }
        return urlencode({name: value for name, value in asked.items() if value})


def parse_query(args: Mapping[str, str], now: int) -> Query:
    """Return the question that an address asks.

    Args:
        args: its parameters.
        now: the broker's time, Unix ns.

    Raises:
        QueryError: one is unknown or wrong.
    """
    _refuse_unknown(args)
    kind = _format(args.get("format", "json"))
    span = _span(args, now)
    every = _every(args.get("every", "raw"), span)
    if every != RAW:
        # Else the first row would stand for a part of its period.
        span = Span(span.since - span.since % (every * SECOND_NS), span.until)
    return Query(span, every, _limit(args.get("limit"), kind), kind, _after(args.get("after", ""), every))


def _refuse_unknown(args: Mapping[str, str]) -> None:
    for name in args:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(NAMES)}"
            raise QueryError(f"{name[:SHOWN]!r} is no parameter of the history{hint}")


def _format(text: str) -> Format:
    if text not in FORMATS:
        raise _wrong("format", text, "is neither json nor csv")
    return FORMATS[text]


def _span(args: Mapping[str, str], now: int) -> Span:
    until = _time("until", args["until"]) if "until" in args else now
    since = _time("since", args["since"]) if "since" in args else max(0, until - DEFAULT_SPAN_NS)
    if since >= until:
        end = "until" if "until" in args else "now"
        raise QueryError(f"since is not before {end}: {unix(since)} and {unix(until)}")
    return Span(since, until)


def _time(name: str, text: str) -> int:
    try:
        return parse_time(text)
    except ValueError as error:
        raise _wrong(name, text, str(error)) from error


def _every(text: str, span: Span) -> int:
    if text == "raw":
        return RAW
    if text == "auto":
        return auto_step((span.until - span.since) / SECOND_NS)
    step = parse_step(text)
    if step is None or not 1 <= step <= LONGEST_STEP_S:
        raise _wrong(
            "every", text, "is none of raw, auto, or a number of seconds up to a day such as 10, 5m or 1h"
        )
    return step


def _limit(text: str | None, kind: Format) -> int | None:
    if text is None:
        return DEFAULT_LIMIT if kind == "json" else None
    most = MOST_ROWS if kind == "json" else LARGEST
    if re.fullmatch(r"[0-9]{1,19}", text) is None or not 1 <= int(text) <= most:
        raise _wrong("limit", text, f"is not a number from 1 to {most}")
    return int(text)


def _after(text: str, every: int) -> str:
    if text and (every != RAW or not _has_a_place(text)):
        raise _wrong("after", text, "is no place in the single results, as `next` names it")
    return text


def _has_a_place(entry_id: str) -> bool:
    """Return whether an entry's id is one behind which the broker can look."""
    if ENTRY_ID.fullmatch(entry_id) is None:
        return False
    parts = entry_order(entry_id)
    return max(parts) <= LARGEST_PART and min(parts) < LARGEST_PART


def _wrong(name: str, value: str, why: str) -> QueryError:
    return QueryError(f"{name} {value[:SHOWN]!r} {why}")
