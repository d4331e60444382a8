"""What is said of a face: its expression, or that Mien is unsure, and why; steadily."""

from dataclasses import replace

from services.inference.motion import SECOND
from services.inference.quality import Quality, faults, is_turned
from services.inference.smoothing import blended, leaders
from services.inference.tracks import Reading, Seven
from shared.entities import EXPRESSIONS, REASONS

SURE = 0.5
"""The highest score from which an expression is named, where the model does not say."""

LESS_SURE, MORE_SURE = 0.05, 0.1
"""What is named stays so until this far below it, and what isn't is named from this far above it: a score
that lies at the threshold, with a camera's noise, must not be named now and then."""

FAULTY = 0.5
"""A fault is told when a picture had it for half of the newest time."""

FAULTY_MARGIN = 0.2

DOUBT_S = 0.3
"""So long an expression must be in doubt before "unsure" replaces it: between two expressions, nothing is
sure for a moment."""

CLOSE, TURNED = REASONS[0], REASONS[-1]


def first_reading(scores: Seven, quality: Quality, sure: float = SURE) -> Reading:
    """Return what is said of a face that was not seen before."""
    shares = tuple(float(fault) for fault in faults(quality))
    return Reading(scores, leaders(scores, (), EXPRESSIONS), _reason(scores, shares, None, sure), 0, shares)


def next_reading(
    reading: Reading, scores: Seven, quality: Quality, t: int, ns: int, *, sure: float = SURE
) -> Reading:
    """Return what is said of a face after `ns` more, with the scores of a frame of time `t`, Unix ns.

    An expression is named from a highest score of `sure`.
    """
    # What the model reads from the side of a head says nothing about its expression.
    smooth = reading.scores if is_turned(quality) else blended(reading.scores, scores, ns)
    shares = blended(reading.faults, [float(fault) for fault in faults(quality)], ns)
    candidates = leaders(smooth, reading.candidates, EXPRESSIONS)
    reason = _reason(smooth, shares, reading.unsure, sure)
    said = replace(reading, scores=smooth, faults=shares)
    if reason and not reading.unsure:
        doubt = reading.doubt or t
        if t - doubt < DOUBT_S * SECOND:
            # The leader of two that are in doubt is not shown either: it would be a label for a moment.
            return replace(said, doubt=doubt)
    return replace(said, candidates=candidates, unsure=reason, doubt=0)


def _reason(scores: Seven, shares: tuple[float, ...], shown: str | None, sure: float) -> str:
    """Return why nothing is said, or nothing; None for `shown` is a face of which nothing was said before."""
    for reason, share in zip(REASONS[1:], shares, strict=True):
        margin = 0.0 if shown is None else -FAULTY_MARGIN if shown == reason else FAULTY_MARGIN
        if share > FAULTY + margin:
            return reason
    margin = 0.0 if shown is None else MORE_SURE if shown == CLOSE else -LESS_SURE
    return CLOSE if max(scores) < sure + margin else ""
