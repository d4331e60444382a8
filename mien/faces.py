"""What is said of a face in a picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.entities import Box


@dataclass(frozen=True, slots=True)
class Face:
    """A face and its expression.

    Attributes:
        box: where it is, in pixels of the picture.
        expression: one of `EXPRESSIONS`, or `UNSURE`.
        confidence: the score of that expression, 0 to 1; of an unsure face, the highest score.
        scores: the probabilities by expression; the seven sum to 1.
        reason: why it is unsure, one of `REASONS`; None where it isn't.
        candidates: the two likeliest expressions of a face that is unsure because two are close, the likelier
            first; else empty.
    """

    box: Box
    expression: str
    confidence: float
    scores: Mapping[str, float]
    reason: str | None = None
    candidates: tuple[str, ...] = ()
