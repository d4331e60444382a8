"""Whose face is whose: detections are given to the faces that are followed."""

import math
from collections.abc import Sequence

from services.inference.assignment import assigned
from services.inference.motion import SECOND, centre, predicted
from services.inference.tracks import FloatBox, Track
from shared.entities import Box

REACH = 0.5
"""How far from its expected place a face may be, in sides of its box."""

REACH_A_S = 1.5
"""So much farther for each second in which it was not seen, up to `MOST_REACH`."""

MOST_REACH = 1.5

MOST_GROWTH = math.log(1.8)
"""A detection that is 1.8 times larger or smaller is another face."""

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
    costs = [[_cost(track, box, t) for box in boxes] for track in tracks]
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


def _cost(track: Track, box: Box, t: int) -> float | None:
    expected = predicted(track, t)
    side, new_side = math.sqrt(expected[2] * expected[3]), math.sqrt(box.w * box.h)
    gap = min(1.0, abs(t - track.seen) / SECOND)
    far = math.dist(centre(expected), centre(box)) / math.sqrt(side * new_side)
    growth = abs(math.log(new_side / side))
    if far > min(MOST_REACH, REACH + REACH_A_S * gap) or growth > MOST_GROWTH:
        return None
    return far + growth + GAP_A_S * gap
