"""Where a face goes: a box that moves evenly, corrected by what is detected."""

import math

from services.inference.tracks import FloatBox, Track
from shared.entities import Box

SMOOTH_S = 0.08
"""Time constant of a box's place: at 30 frames a second, a third of a detection's jitter goes into it."""

SMOOTH_SIZE_S = 0.25
"""The same for its size, which jitters more (a cascade knows sizes in steps) and changes more slowly."""

STEADY_S = 1.0
"""So long a face is taken to move on evenly while it is not seen; after that, to stay."""

SHORTEST_S = 0.02
"""Detections nearer in time tell nothing of a speed: it would be their jitter, divided by next to nothing."""

MOST_BETA = 0.5
"""What is left of a speed told by two detections alone, which jitter."""

MOST_SPEED = 6.0
"""Sides of its box that a face moves in a second, at most."""

AROUND_A_S = 0.5
"""Each second unseen, a face may be so many of its sides farther from where it was or is expected to be, up
to `MOST_AROUND`."""

MOST_AROUND = 1.0

SECOND = 1_000_000_000


def predicted(track: Track, t: int) -> FloatBox:
    """Return the box in which a face is expected at a time, Unix ns; the time may be before it was seen."""
    seconds = max(-STEADY_S, min(STEADY_S, (t - track.seen) / SECOND))
    x, y, w, h = track.box
    return x + track.velocity[0] * seconds, y + track.velocity[1] * seconds, w, h


def surroundings(track: Track, t: int) -> FloatBox:
    """Return a box around all places where a face may be at a time, Unix ns.

    It may have stopped where it was seen, gone on as expected, or anything between; and the longer ago it
    was seen, the less is known of it.
    """
    x, y, w, h = track.box
    ahead_x, ahead_y, _, _ = predicted(track, t)
    margin = math.sqrt(w * h) * min(MOST_AROUND, AROUND_A_S * abs(t - track.seen) / SECOND)
    left, top = min(x, ahead_x) - margin, min(y, ahead_y) - margin
    return left, top, max(x, ahead_x) + w + margin - left, max(y, ahead_y) + h + margin - top


def moved(track: Track, box: Box, t: int) -> tuple[FloatBox, tuple[float, float]]:
    """Return the smoothed box and the velocity, in pixels a second, of a face that was detected again.

    An alpha-beta filter whose gains follow from the real time that has passed: alpha is that of an
    exponential smoothing, beta that of Benedict and Bordner (1962) for it. The first sightings weigh more, as
    in a line fitted through all of them.
    """
    seconds = max(0.0, (t - track.seen) / SECOND)
    expected = predicted(track, t)
    alpha, per_second = _gains(seconds, track.sightings + 1)
    growth = _share(seconds, SMOOTH_SIZE_S)
    w, h = (old + growth * (new - old) for old, new in zip(expected[2:], box[2:], strict=True))
    off = [new - old for old, new in zip(centre(expected), centre(box), strict=True)]
    x, y = (at + alpha * far for at, far in zip(centre(expected), off, strict=True))
    vx, vy = (v + per_second * far for v, far in zip(track.velocity, off, strict=True))
    return (x - w / 2, y - h / 2, w, h), _bounded(vx, vy, MOST_SPEED * math.sqrt(w * h))


def centre(box: FloatBox | Box) -> tuple[float, float]:
    """Return the middle of a box."""
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def within(box: FloatBox, size: tuple[int, int]) -> Box | None:
    """Return a box in whole pixels, cut at the frame's edges; None if nothing of it is left."""
    left, top = max(0, round(box[0])), max(0, round(box[1]))
    right, bottom = min(size[0], round(box[0] + box[2])), min(size[1], round(box[1] + box[3]))
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _share(seconds: float, constant_s: float) -> float:
    return 1 - math.exp(-seconds / constant_s)


def _gains(seconds: float, n: int) -> tuple[float, float]:
    """Return alpha, and beta by the time passed, for the n-th sighting, from the second on."""
    alpha = min(1.0, max(_share(seconds, SMOOTH_S), 2 * (2 * n - 1) / (n * (n + 1))))
    steady = alpha * alpha / (2 - alpha)
    beta = min(MOST_BETA, max(steady, 6 / (n * (n + 1))))
    return alpha, beta / max(seconds, SHORTEST_S)


def _bounded(vx: float, vy: float, most: float) -> tuple[float, float]:
    share = min(1.0, most / max(math.hypot(vx, vy), 1e-9))
    return vx * share, vy * share
