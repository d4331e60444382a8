"""How much is left, and how much of it is right, when labels with a low top probability are "unsure"."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# What the labels that are not "unsure" are to reach.
LEAST_ACCURACY = 0.79
LEAST_COVERAGE = 0.75

CURVE_POINTS = 100


@dataclass(frozen=True)
class Kept:
    """Of labels whose top probability is at least `threshold`: their share of all, and that of right ones."""

    threshold: float
    coverage: float
    accuracy: float | None

    @property
    def enough(self) -> bool:
        """Whether both are at least what they are to reach."""
        return self.coverage >= LEAST_COVERAGE and (self.accuracy or 0.0) >= LEAST_ACCURACY


def keep_above(threshold: float, labels: NDArray[np.int64], scores: Scores) -> Kept:
    """What a threshold keeps of labels [N] and probabilities [N, classes]; no accuracy without any."""
    kept = scores.max(axis=1) >= np.float32(threshold)
    right = scores.argmax(axis=1) == labels
    return Kept(threshold, float(kept.mean()), float(right[kept].mean()) if kept.any() else None)


def coverage_curve(labels: NDArray[np.int64], scores: Scores, points: int = CURVE_POINTS) -> list[Kept]:
    """What each of `points` thresholds keeps, from the strictest to the one that keeps everything."""
    top = np.sort(scores.max(axis=1))[::-1]
    places = np.ceil(np.linspace(0, 1, points + 1)[1:] * len(top)).astype(np.int64) - 1
    return [keep_above(float(threshold), labels, scores) for threshold in top[np.unique(places)]]


def choose_threshold(labels: NDArray[np.int64], scores: Scores) -> float:
    """The threshold for "unsure": of those that keep enough, with enough of it right, the middle one.

    The middle, so that other pictures may be a little harder or keep a little less and still pass. Where no
    threshold does both, it is the one that keeps `LEAST_COVERAGE`.
    """
    order = np.argsort(-scores.max(axis=1), kind="stable")
    right = (scores.argmax(axis=1) == labels)[order]
    kept = np.arange(1, len(labels) + 1)
    first = int(np.ceil(LEAST_COVERAGE * len(labels)))
    enough = (right.cumsum() / kept >= LEAST_ACCURACY) & (kept >= first)
    counts = kept[enough] if enough.any() else np.array([first])
    middle = counts[np.abs(counts - (counts[0] + counts[-1]) / 2).argmin()]
    return float(scores.max(axis=1)[order][middle - 1])
