"""Temperature scaling: one number for each head that makes its probabilities mean what they say."""

from math import exp, log

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# Of `expected_calibration_error`, as Guo and others count (2017, arXiv 1706.04599).
BINS = 15

# What a temperature is looked for between; a head outside of it is of no use.
COLDEST, HOTTEST = 0.05, 20.0
# Each step leaves 0.62 of the interval: the logarithm of the temperature is then known to 1e-5.
SEARCH_STEPS = 28
GOLDEN = (5**0.5 - 1) / 2

# A probability below this one, which float32 rounds to 0, has no logarithm.
SMALLEST = 1e-30

# On which rows of a split the temperature is fitted; the others judge it.
FITTED_SPLIT = "PublicTest"
FITTED_ROWS = "even rows"
UNFITTED_ROWS = "odd rows"


def fitted_half(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pictures a temperature and a threshold may be fitted on: the even rows, from 0."""
    return np.equal(rows % 2, 0)


def rescale(scores: Scores, temperature: float) -> Scores:
    """Probabilities [N, classes] at another temperature: softmax(log p / temperature).

    A graph that was scaled by T is undone with 1 / T: softmax is the same for logits moved by a constant.
    """
    logits = np.log(np.maximum(scores, SMALLEST).astype(np.float64)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def log_loss(labels: NDArray[np.int64], scores: Scores) -> float:
    """The mean of -log p of the true class, for labels [N] and probabilities [N, classes]."""
    right = scores[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(right, SMALLEST).astype(np.float64)).mean())


def fit_temperature(labels: NDArray[np.int64], scores: Scores) -> float:
    """The temperature at which probabilities [N, classes] have the least log loss on labels [N].

    Guo and others, 2017, arXiv 1706.04599, section 4.2. The loss is convex in 1 / T, so that it has one
    valley in log T, which a golden-section search closes in on.
    """

    def loss(place: float) -> float:
        return log_loss(labels, rescale(scores, exp(place)))

    low, high = log(COLDEST), log(HOTTEST)
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    left_loss, right_loss = loss(left), loss(right)
    for _ in range(SEARCH_STEPS):
        if left_loss < right_loss:
            high, right, right_loss = right, left, left_loss
            left = high - GOLDEN * (high - low)
            left_loss = loss(left)
        else:
            low, left, left_loss = left, right, right_loss
            right = low + GOLDEN * (high - low)
            right_loss = loss(right)
    return exp((low + high) / 2)


def expected_calibration_error(labels: NDArray[np.int64], scores: Scores, bins: int = BINS) -> float:
    """How far the top probability is from the share that is right, on average over bins of equal width.

    For labels [N] and probabilities [N, classes]: sum over bins of (pictures in it / N) * |accuracy - mean
    probability| (Guo and others, 2017, equation 3). A bin takes its upper end and not its lower one.
    """
    top = scores.max(axis=1).astype(np.float64)
    right = (scores.argmax(axis=1) == labels).astype(np.float64)
    which = np.clip(np.ceil(top * bins).astype(np.int64) - 1, 0, bins - 1)
    gaps = np.bincount(which, right, bins) - np.bincount(which, top, bins)
    return float(np.abs(gaps).sum() / len(labels))
