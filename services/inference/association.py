"""Whose face is whose: detections are given to the faces that are followed."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from services.inference.assignment import assigned
from services.inference.motion import SECOND, centre, predicted
from services.inference.tracks import FloatBox, Track
from shared.entities import Box

REACH = 0.5
"""How far from its expected place a face may be, in sides of its box."""

REACH_A_S = 1.5
"""So much farther for each second in which it was not seen, up to `MOST_REACH`."""

MOST_REACH = 1.5

MOST_LARGER = 1.8
"""A detection that is so many times larger or smaller is another face."""

MOST_GROWTH = math.log(MOST_LARGER)

GAP_A_S = 0.5
"""What a second unseen costs, in sides: where two faces could be meant, it is the one that was just there."""

UNMATCHED = 4.0
"""Above all that a pair can cost: as many faces as can be are found again."""

SAME = 0.4
"""Two boxes that share this part of their union are one face, found twice."""


def match(tracks: Sequence[Track], boxes: Sequence[Box], t: int) -> list[int | None]:
    """Return, for each box that was detected at a time, Unix ns, the index of its track.

    The whole of it costs the least: the sum over all pairs of how far a box is from where its face is
    expected, in sides, and of how different their sizes are. What has nothing near it stays alone.
    """
    expected = [_expected(track, t) for track in tracks]
    found = [_Place(*centre(box), math.sqrt(box.w * box.h)) for box in boxes]
    costs = [[_cost(one, place) for place in found] for one in expected]
    owners: list[int | None] = [None] * len(boxes)
    for row, column in enumerate(assigned(costs, UNMATCHED)):
        if column is not None:
            owners[column] = row
    return owners


def overlap(a: Box | FloatBox, b: Box | FloatBox) -> float:
    """Return the part of their union that two boxes share, 0 to 1."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0.0, w) * max(0.0, h)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


class _Place(NamedTuple):
    """The middle and the side of a box."""

    x: float
    y: float
    side: float


class _Expected(NamedTuple):
    """Where a face is expected, how far from it, in sides, it may be, and how long it was not seen."""

    place: _Place
    reach: float
    gap_s: float


def _expected(track: Track, t: int) -> _Expected:
    box = predicted(track, t)
    gap_s = min(1.0, abs(t - track.seen) / SECOND)
    reach = min(MOST_REACH, REACH + REACH_A_S * gap_s)
    return _Expected(_Place(*centre(box), math.sqrt(box[2] * box[3])), reach, gap_s)


def _cost(expected: _Expected, found: _Place) -> float | None:
    (x, y, side), reach, gap_s = expected
    # Most pairs of a crowd are far apart, and need no more than this.
    if abs(found.x - x) > reach * MOST_LARGER * side:
        return None
    far = math.hypot(found.x - x, found.y - y) / math.sqrt(side * found.side)
    growth = abs(math.log(found.side / side))
    if far > reach or growth > MOST_GROWTH:
        return None
    return far + growth + GAP_A_S * gap_s
