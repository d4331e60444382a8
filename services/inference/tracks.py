"""The faces being followed: the records, and the text as which workers hand them to each other."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from shared.entities import EXPRESSIONS, REASONS, UNSURE
from shared.errors import EntryError

FloatBox: TypeAlias = tuple[float, float, float, float]
"""x, y, width and height in pixels of the frame; (x, y) is the top left corner."""

Seven: TypeAlias = tuple[float, ...]
"""One number for each of `EXPRESSIONS`, in their order."""

DIGITS = 5
"""Kept of each number behind the point: a face is some 300 bytes then, and its scores still sum to 1."""

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a face shows, over time.

    Attributes:
        scores: smoothed probabilities; they sum to 1.
        candidates: the two likeliest expressions, as they are shown: the first is the label.
        unsure: why `UNSURE` is shown instead, one of `REASONS`; empty where it isn't.
        doubt: since when what is shown no longer holds, capture time in Unix ns; 0 while it does.
        faults: by reason but "close", in the order of `REASONS`: how much of the newest time its picture
            had this fault, 0 to 1.
    """

    scores: Seven
    candidates: tuple[str, str]
    unsure: str
    doubt: int
    faults: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """What is known about a resting face.

    Attributes:
        until: it is being learned until this capture time, Unix ns; 0 where nobody asked for it.
        logs: the sum of the logarithms of its scores.
        count: how many scores these are.
    """

    until: int = 0
    logs: Seven = (0.0,) * len(EXPRESSIONS)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """A face that is followed.

    Attributes:
        id: the number that it keeps.
        box: where it is, smoothed.
        velocity: of its centre, in pixels a second to the right and down.
        seen: capture time, Unix ns, of the newest frame in which it was detected.
        since: the same of the first.
        sightings: in how many frames it was detected.
        reading: what it shows.
        rest: what is known about its resting face.
        turned: since when it was only seen turned away, capture time in Unix ns; 0 while it is not.
    """

    id: int
    box: FloatBox
    velocity: tuple[float, float]
    seen: int
    since: int
    sightings: int
    reading: Reading
    rest: Rest
    turned: int = 0

    @property
    def scores(self) -> Seven:
        """The smoothed probabilities."""
        return self.reading.scores

    @property
    def label(self) -> str:
        """What is shown: one of `EXPRESSIONS`, or `UNSURE`."""
        return UNSURE if self.reading.unsure else self.reading.candidates[0]


@dataclass(frozen=True, slots=True)
class Tracks:
    """The faces of one camera that are followed.

    Attributes:
        t: capture time, Unix ns, of the newest frame that they were followed to; 0 before the first.
        searched: the same of the newest frame that was searched whole.
        next_id: the next face's number.
        tracks: the faces.
    """

    t: int = 0
    searched: int = 0
    next_id: int = 1
    tracks: tuple[Track, ...] = ()


def encode_tracks(tracks: Tracks) -> str:
    """Return tracks as compact JSON, some 300 bytes a face.

    Raises:
        ValueError: a number is not finite, which JSON cannot say.
    """
    return json.dumps(_values(tracks), separators=(",", ":"), allow_nan=False)


def decode_tracks(text: str | None) -> Tracks:
    """Return the tracks that a text holds; none for None.

    Raises:
        EntryError: it is not what `encode_tracks` writes. A worker then begins with `Tracks()`.
    """
    if text is None:
        return Tracks()
    try:
        t, searched, next_id, rows = _shaped(json.loads(text), [_NATURAL, _NATURAL, _NATURAL, list])
        return Tracks(t, searched, next_id, tuple(_track(row) for row in rows))
    except (ValueError, RecursionError) as error:
        raise EntryError(f"the tracks cannot be decoded: {str(error)[:80]}") from error


_NATURAL = "natural"
_FAULTS = len(REASONS) - 1
_SEVEN = [float] * len(EXPRESSIONS)
_READING = [_SEVEN, [EXPRESSIONS, EXPRESSIONS], ("", *REASONS), _NATURAL, [float] * _FAULTS]
_REST = [_NATURAL, _SEVEN, _NATURAL]
_TRACK = [_NATURAL, [float] * 4, [float] * 2, _NATURAL, _NATURAL, _NATURAL, _READING, _REST, _NATURAL]


def _values(value: object) -> object:
    """Return records as lists of their values, in order: names would be most of the text.

    Three times as fast as by `dataclasses.asdict`, which copies every number.
    """
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, int | str):
        return value
    if isinstance(value, tuple):
        return [_values(part) for part in value]
    return [_values(getattr(value, name)) for name in cast(Any, value).__slots__]


def _track(row: object) -> Track:
    number, box, velocity, seen, since, sightings, reading, rest, turned = _shaped(row, _TRACK)
    return Track(number, box, velocity, seen, since, sightings, Reading(*reading), Rest(*rest), turned)


def _shaped(values: object, shape: Sequence[object]) -> tuple[Any, ...]:
    """Return lists as tuples.

    Raises:
        ValueError: they are not of this shape.
    """
    if not isinstance(values, list) or len(values) != len(shape):
        raise ValueError(f"not a list of {len(shape)}: {values!r:.40}")
    return tuple(_fitting(value, expected) for value, expected in zip(values, shape, strict=True))


def _fitting(value: object, expected: object) -> object:
    if isinstance(expected, list):
        return _shaped(value, expected)
    if expected is list and isinstance(value, list):
        return value
    if expected is float and type(value) in (int, float) and math.isfinite(cast(float, value)):
        return float(cast(float, value))
    if expected is _NATURAL and type(value) is int and 0 <= value <= LARGEST:
        return value
    if isinstance(expected, tuple) and value in expected:
        return value
    raise ValueError(f"{value!r:.40} is out of place")
