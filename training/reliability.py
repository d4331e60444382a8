"""How often a model is right at each degree of its own certainty: the bars of a reliability diagram."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.calibration import BINS


@dataclass(frozen=True)
class Bin:
    """The labels whose top probability is in one part of 0 to 1: how many, its mean, the share right."""

    pictures: int
    confidence: float
    accuracy: float


def reliability(labels: NDArray[np.int64], scores: NDArray[np.float32], bins: int = BINS) -> list[Bin]:
    """The bins that have labels, from the least to the most certain, for labels [N] and scores [N, classes].

    They are those of `expected_calibration_error`: equally wide, each with its upper end, not its lower.
    """
    top = scores.max(axis=1).astype(np.float64)
    right = scores.argmax(axis=1) == labels
    which = np.clip(np.ceil(top * bins).astype(np.int64) - 1, 0, bins - 1)
    parts = [part for part in (which == number for number in range(bins)) if part.any()]
    means = ((int(part.sum()), top[part].mean(), right[part].mean()) for part in parts)
    return [Bin(count, float(certain), float(share)) for count, certain, share in means]
