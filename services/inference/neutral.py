"""A person's own neutral: scores are corrected against those of the resting face."""

import math

from services.inference.tracks import Rest, Seven
from shared.entities import EXPRESSIONS

LEAST = 5
"""So many pictures of a resting face are needed before anything is corrected by it."""

TINY = 1e-4
"""The least score: one of zero has no logarithm."""

NEUTRAL_SHARE = 0.85
"""What a resting face reads afterwards; the others share the remainder evenly."""

MOST_SHIFT = 3.0
"""A score is divided by 20 at most, and neutral is multiplied by 20 at most."""

NEUTRAL = EXPRESSIONS.index("neutral")


def learned(rest: Rest, scores: Seven, t: int) -> Rest:
    """Return what is known about a resting face after one more picture, of time `t`, Unix ns."""
    if t > rest.until:
        return rest
    logs = tuple(sum_ + math.log(max(TINY, score)) for sum_, score in zip(rest.logs, scores, strict=True))
    return Rest(rest.until, logs, rest.count + 1)


def asked(rest: Rest, until: int | None) -> Rest:
    """Return it begun anew where somebody asks to learn until later than before, Unix ns."""
    return Rest(until) if until is not None and until > rest.until else rest


def state(rest: Rest, t: int) -> str | None:
    """Return whether it is "learning" at a time, Unix ns, or its "own" neutral is known; else None."""
    if t <= rest.until:
        return "learning"
    return "own" if rest.count >= LEAST else None


def corrected(rest: Rest, scores: Seven, t: int) -> Seven:
    """Return scores as they are against the resting face; as they were where it isn't known at `t`, Unix ns.

    The logarithm of each is moved by what the resting face is to read (`NEUTRAL_SHARE`) less what it read.
    Only neutral is raised: what a resting face hardly shows would else be shown at the least sign of it.
    """
    if state(rest, t) != "own":
        return scores
    raised = [
        max(TINY, score) * math.exp(_shift(i, logs / rest.count))
        for i, (score, logs) in enumerate(zip(scores, rest.logs, strict=True))
    ]
    return tuple(score / sum(raised) for score in raised)


def _shift(index: int, log_rest: float) -> float:
    if index == NEUTRAL:
        return max(0.0, min(MOST_SHIFT, math.log(NEUTRAL_SHARE) - log_rest))
    other = (1 - NEUTRAL_SHARE) / (len(EXPRESSIONS) - 1)
    return max(-MOST_SHIFT, min(0.0, math.log(other) - log_rest))
