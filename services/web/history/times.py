"""Moments as people and programs write them: Unix seconds, or ISO 8601."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

SECONDS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

END_NS = 253_402_300_800 * 10**9
"""The year 10000, which has no date in Python."""

SPACE_FOR_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
"""A `+` in an address that was not written as `%2B` arrives as a space."""


def parse_time(text: str) -> int:
    """Return the Unix nanoseconds of a moment.

    Args:
        text: Unix seconds, or a date and time of ISO 8601, in UTC where it names no offset.

    Raises:
        ValueError: it is neither.
    """
    if SECONDS.fullmatch(text):
        return int(Decimal(text) * 10**9)
    try:
        moment = datetime.fromisoformat(SPACE_FOR_PLUS.sub("+", text))
    except ValueError:
        raise ValueError("is neither Unix seconds nor a time of ISO 8601") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    ns = (moment - EPOCH) // timedelta(microseconds=1) * 1_000
    if not 0 <= ns < END_NS:
        raise ValueError("is before 1970 or behind 9999")
    return ns


def unix(ns: int) -> str:
    """Return a moment in Unix seconds, exactly, so that `parse_time` gives the same again."""
    seconds, rest = divmod(ns, 10**9)
    return f"{seconds}.{rest:09d}".rstrip("0").rstrip(".")


def iso(ns: int) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond."""
    moment = EPOCH + timedelta(microseconds=ns // 1_000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
