"""The rows of a camera's history, and how they are read from stream entries.

Rows of any version are read whose fields can be: they stay until they are too old, over an update too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from shared.entities import EXPRESSIONS, UNSURE, Face
from shared.entries import LARGEST, Fields, decode_faces
from shared.errors import EntryError

COUNTED = (*EXPRESSIONS, UNSURE)
"""What faces are counted under."""


@dataclass(frozen=True, slots=True)
class PastResult:
    """The numbers of one result.

    Attributes:
        id: of its entry: where to go on reading.
        seq: the frame's.
        t: captured at, Unix nanoseconds on the broker's clock.
        faces: every face of the frame.
    """

    id: str
    seq: int
    t: int
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The results of a period, summed.

    Attributes:
        t: when the period begins, Unix nanoseconds on the broker's clock.
        frames: results.
        faces: faces in them; one that is there all the time is counted with each result.
        counts: faces by what they are labelled with, `unsure` among them.
        scores: the sums of the faces' scores by expression.
    """

    t: int
    frames: int
    faces: int
    counts: Mapping[str, int]
    scores: Mapping[str, float]


def decode_past_result(entry_id: str, fields: Fields) -> PastResult:
    """Return the row that an entry of the raw history holds.

    Raises:
        EntryError: a field is missing or wrong.
    """
    try:
        faces = decode_faces(fields.get(b"faces", b""))
    except ValueError as error:
        raise EntryError(f"history entry field 'faces' is wrong: {error}") from error
    return PastResult(entry_id, _natural(fields, "seq"), _natural(fields, "t"), faces)


def decode_sums(_entry_id: str, fields: Fields) -> Sums:
    """Return the row that an entry of the rolled-up history holds.

    Raises:
        EntryError: a field is missing or wrong.
    """
    return Sums(
        t=_natural(fields, "t"),
        frames=_natural(fields, "frames"),
        faces=_natural(fields, "faces"),
        counts=_counts(_json(fields.get(b"counts", b""))),
        scores=_numbers(_json(fields.get(b"scores", b""))),
    )


def decode_open_sums(raw: bytes) -> Sums:
    """Return the sums of a period that is still open, as `finish.lua` keeps them.

    Raises:
        EntryError: they are none.
    """
    sums = _json(raw)
    if not isinstance(sums, dict):
        raise EntryError("open sums are no object")
    start_ms, frames, faces = (_whole(sums.get(name), name) for name in ("start", "frames", "faces"))
    return Sums(
        start_ms * 1_000_000, frames, faces, _counts(sums.get("counts")), _numbers(sums.get("scores"))
    )


def entry_time(entry_id: bytes, fields: Fields) -> int:
    """Return the time that an entry is about, Unix ns; of one that does not say it, when it was written."""
    try:
        return _natural(fields, "t")
    except EntryError:
        return int(entry_id.split(b"-")[0]) * 1_000_000


def _natural(fields: Fields, name: str) -> int:
    raw = fields.get(name.encode(), b"")
    if not raw.isdigit() or len(raw) > len(str(LARGEST)):
        raise EntryError(f"history entry field {name!r} is not a natural number")
    return _whole(int(raw), name)


def _whole(value: object, name: str) -> int:
    # Lua has one kind of number.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise EntryError(f"history: {name} is out of range")
    return int(value)


def _json(raw: bytes) -> object:
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise EntryError("history entry holds no JSON") from error
    return value


def _counts(given: object) -> dict[str, int]:
    return {name: int(number) for name, number in _numbers(given).items()}


def _numbers(given: object) -> dict[str, float]:
    # An empty table is a list to some writers of JSON in Lua.
    if given == []:
        return {}
    if not isinstance(given, dict) or not given.keys() <= set(COUNTED):
        raise EntryError("history entry: sums are not those of expressions")
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= LARGEST:
            raise EntryError(f"history entry: the sum of {name} is out of range")
    return given
