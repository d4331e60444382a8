"""Figures of a classifier from its labels and scores; numpy only."""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of the normal distribution: a 95 % interval.
Z_95 = 1.96


def confusion_matrix(labels: NDArray[np.integer[Any]], scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Counts [true class, class with the highest score] from labels [N] and scores [N, classes]."""
    classes = scores.shape[1]
    cells = labels.astype(np.int64) * classes + scores.argmax(axis=1)
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def accuracy(confusion: NDArray[np.int64]) -> float:
    """The share of the diagonal."""
    return float(np.trace(confusion) / confusion.sum())


def recalls(confusion: NDArray[np.int64]) -> list[float | None]:
    """For each class the share of its pictures that were recognised; None for a class without pictures."""
    totals = confusion.sum(axis=1)
    pairs = zip(np.diag(confusion), totals, strict=True)
    return [float(hits / total) if total else None for hits, total in pairs]


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share among `count` (Wilson, 1927)."""
    spread = Z_95**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return middle - half, middle + half
