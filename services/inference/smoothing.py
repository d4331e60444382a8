"""Scores over time."""

import math
from collections.abc import Sequence

from services.inference.motion import SECOND
from services.inference.tracks import Seven

SMOOTH_S = 0.2
"""Time constant. At 30 frames a second a third of the noise is left, the square root of 1/30 over twice this,
and a change of expression is half through after 0.14 s."""

FIRST_LEAD, SECOND_LEAD = 0.15, 0.05
"""What is added to the two expressions that are shown, when they are compared: one that has the higher score
only now and then does not replace them. A real change has to lead by 0.1 to 0.15, which it does after 0.2 to
0.3 s."""


def blended(old: Sequence[float], new: Sequence[float], ns: int) -> tuple[float, ...]:
    """Return values after a time in which they were `new`: an exponential smoothing in real time."""
    share = 1 - math.exp(-max(0, ns) / SECOND / SMOOTH_S)
    return tuple(a + share * (b - a) for a, b in zip(old, new, strict=True))


def leaders(scores: Seven, shown: tuple[str, ...], names: Sequence[str]) -> tuple[str, str]:
    """Return the names of the two highest scores; those shown stay unless others are clearly higher."""
    lead = dict(zip(shown, (FIRST_LEAD, SECOND_LEAD), strict=False))
    rank = {name: score + lead.get(name, 0.0) for name, score in zip(names, scores, strict=True)}
    first, second = sorted(rank, key=rank.__getitem__, reverse=True)[:2]
    return first, second
