"""The faces being followed: the records, and the text as which workers hand them to each other."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from shared.entities import EXPRESSIONS, REASONS, UNSURE
from shared.errors import EntryError
from shared.streams import LARGEST_ID

FloatBox: TypeAlias = tuple[float, float, float, float]
"""x, y, width and height in pixels of the frame; (x, y) is the top left corner."""

Seven: TypeAlias = tuple[float, ...]
"""One number for each of `EXPRESSIONS`, in their order."""

DIGITS = 5
"""Kept of each number behind the point: a face is some 300 bytes then, and its scores still sum to 1."""


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
        unread: capture time, Unix ns, of the newest frame from which its expression was read, where that is
            not the newest in which it was detected; else 0.
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
    unread: int = 0

    @property
    def read(self) -> int:
        """Capture time, Unix ns, of the newest frame from which its expression was read."""
        return self.unread or self.seen

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
        size: of the frames, width and height in pixels; (0, 0) before the first.
    """

    t: int = 0
    searched: int = 0
    next_id: int = 1
    tracks: tuple[Track, ...] = ()
    size: tuple[int, int] = (0, 0)


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
        t, searched, next_id, rows, size = _shaped(json.loads(text), _TRACKS)
        return _in_order(Tracks(t, searched, next_id, tuple(_track(row) for row in rows), size))
    except (ValueError, RecursionError) as error:
        raise EntryError(f"the tracks cannot be decoded: {str(error)[:80]}") from error


@dataclass(frozen=True, slots=True)
class _Number:
    """A number between two bounds."""

    least: float
    most: float
    whole: bool = False


_NATURAL = _Number(0, 2**63 - 1, whole=True)
_ID = _Number(1, LARGEST_ID, whole=True)
_SHARE = _Number(0, 1)
# A frame has 65,535 pixels a side at most: JPEG cannot say more.
_SIDE = _Number(0.5, 2**16)
_PLACE = _Number(-(2**20), 2**20)
_LOG = _Number(-(2**40), 1)
_PIXELS = _Number(0, 2**16, whole=True)
_READING = [
    [_SHARE] * len(EXPRESSIONS),
    [EXPRESSIONS, EXPRESSIONS],
    ("", *REASONS),
    _NATURAL,
    [_SHARE] * (len(REASONS) - 1),
]
_REST = [_NATURAL, [_LOG] * len(EXPRESSIONS), _NATURAL]
_BOX = [_PLACE, _PLACE, _SIDE, _SIDE]
_TRACK = [_ID, _BOX, [_PLACE] * 2, _NATURAL, _NATURAL, _NATURAL, _READING, _REST, _NATURAL, _NATURAL]
_TRACKS = [_NATURAL, _NATURAL, _ID, list, [_PIXELS] * 2]


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
    number, box, velocity, seen, since, sightings, reading, rest, turned, unread = _shaped(row, _TRACK)
    said, known = Reading(*reading), Rest(*rest)
    return Track(number, box, velocity, seen, since, sightings, said, known, turned, unread)


def _in_order(tracks: Tracks) -> Tracks:
    """Return tracks whose times can be.

    Raises:
        ValueError: something of them is later than they are, or two have one id.
    """
    times = [time for one in tracks.tracks for time in _times(one)]
    if max(times, default=0) > tracks.t or tracks.searched > tracks.t:
        raise ValueError("a time in them is later than their own")
    if len({one.id for one in tracks.tracks}) < len(tracks.tracks):
        raise ValueError("two of them have one id")
    return tracks


def _times(track: Track) -> tuple[int, ...]:
    return track.seen, track.since, track.turned, track.unread, track.reading.doubt


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
    if isinstance(expected, _Number) and type(value) in ((int,) if expected.whole else (int, float)):
        number = cast(float, value)
        if expected.least <= number <= expected.most:
            return number if expected.whole else float(number)
    if isinstance(expected, tuple) and value in expected:
        return value
    raise ValueError(f"{value!r:.40} is out of place")
