"""A person's own neutral: scores are corrected against those of the resting face."""

import math

from services.inference.motion import SECOND
from services.inference.tracks import Rest, Seven
from shared.entities import EXPRESSIONS

LEAST = 5
"""So many pictures of a resting face are needed before anything is corrected by it."""

LONGER_S = 10.0
"""So much longer than was asked for, such pictures are waited for."""

FAILED_S = 5.0
"""So long it is said that there were too few of them."""

LONGEST_S = 60.0
"""Nobody asks to learn for longer."""

TINY = 1e-4
"""The least score: one of zero has no logarithm."""

NEUTRAL_SHARE = 0.85
"""What a resting face reads afterwards; the others share the remainder evenly."""

MOST_SHIFT = 3.0
"""A score is divided by 20 at most, and neutral is multiplied by 20 at most."""

NEUTRAL = EXPRESSIONS.index("neutral")


def learned(rest: Rest, scores: Seven, t: int) -> Rest:
    """Return what is known about a resting face after one more picture, of time `t`, Unix ns."""
    if state(rest, t) != "learning":
        return rest
    logs = tuple(sum_ + math.log(max(TINY, score)) for sum_, score in zip(rest.logs, scores, strict=True))
    return Rest(rest.until, logs, rest.count + 1)


def asked(rest: Rest, until: int | None, t: int) -> Rest:
    """Return it begun anew where somebody asks, at a time `t`, to learn until later than before, Unix ns."""
    if until is None or not rest.until < until <= t + LONGEST_S * SECOND:
        return rest
    return Rest(until)


def state(rest: Rest, t: int) -> str | None:
    """Return one of `NEUTRAL_STATES`, at a time, Unix ns; None where nothing is known or asked for."""
    over_s = (t - rest.until) / SECOND
    if over_s > 0 and rest.count >= LEAST:
        return "own"
    if not rest.until or over_s > LONGER_S + FAILED_S:
        return None
    return "learning" if over_s <= LONGER_S else "failed"


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
