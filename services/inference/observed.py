"""The codec of observations: what a frame of a recording shows, for whoever puts the frames in order."""

import json
from dataclasses import fields

from services.inference.observation import Observation, Seen
from services.inference.quality import Quality
from shared.entities import EXPRESSIONS, Box
from shared.entries import LARGEST, LONGEST_REASON
from shared.errors import EntryError

VERSION = 1
"""The schema's version; a reader refuses any other."""

LARGEST_SIDE = 2**16
"""Pixels: JPEG cannot say more."""

MOST_SCORE = 1.000001
"""A softmax in single precision may be above 1 by its rounding."""


def encode(observation: Observation) -> bytes:
    """Return an observation as JSON, some 300 bytes a face; every number comes back exactly.

    Raises:
        ValueError: a number is not finite, which JSON cannot say; or there are faces whose expressions were
            not read, which would be lost.
    """
    if observation.unread:
        raise ValueError(f"the expressions of {len(observation.unread)} faces were not read")
    about = {
        "v": VERSION,
        "t": observation.t,
        "size": observation.size,
        "searched": observation.searched,
        "sure": observation.sure,
        "seen": [_values(one) for one in observation.seen],
    }
    return json.dumps(about, separators=(",", ":"), allow_nan=False).encode()


def decode(raw: bytes) -> Observation:
    """Return the observation that `encode` wrote.

    Raises:
        EntryError: it is not what `encode` writes, or of another version.
    """
    try:
        return _observation(json.loads(raw))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
        raise EntryError(f"an observation cannot be decoded: {reason}") from error


def _values(seen: Seen) -> list[list[float]]:
    quality = seen.quality
    measured = (quality.side, quality.light, quality.sharpness, quality.turn)
    # Not 80 of one worker and 80.0 of another.
    return [list(seen.box), list(map(float, seen.scores)), list(map(float, measured))]


def _observation(about: dict[str, object]) -> Observation:
    if about["v"] != VERSION:
        raise ValueError(f"it is of version {about['v']!r:.20}; this program reads version {VERSION}")
    searched = about["searched"]
    if not isinstance(searched, bool):
        raise ValueError(f"searched is {searched!r:.20}")
    width, height = _naturals(about["size"], 2, LARGEST_SIDE)
    (t,) = _naturals([about["t"]], 1, LARGEST)
    (sure,) = _numbers([about["sure"]], 1, 1.0)
    return Observation(t, tuple(map(_seen, _list(about["seen"]))), searched, (width, height), sure)


def _seen(row: object) -> Seen:
    box, scores, measured = _list(row)
    return Seen(
        Box(*_naturals(box, len(Box._fields), LARGEST_SIDE)),
        _numbers(scores, len(EXPRESSIONS), MOST_SCORE),
        Quality(*_numbers(measured, len(fields(Quality)), float(LARGEST))),
    )


def _naturals(values: object, count: int, most: int) -> tuple[int, ...]:
    return tuple(_natural(value, most) for value in _list(values, count))


def _natural(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{value!r:.20} is not a whole number from 0 to {most}")
    return value


def _numbers(values: object, count: int, most: float) -> tuple[float, ...]:
    return tuple(_number(value, most) for value in _list(values, count))


def _number(value: object, most: float) -> float:
    # json.loads lets NaN and Infinity through, which JSON does not have.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{value!r:.20} is not a number from 0 to {most:g}")
    return float(value)


def _list(values: object, count: int | None = None) -> list[object]:
    if not isinstance(values, list) or len(values) != (len(values) if count is None else count):
        raise ValueError(f"{values!r:.20} is no list{'' if count is None else f' of {count}'}")
    return values
