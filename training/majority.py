"""FER+ as one label a picture, and its eight classes as the seven expressions that Mien shows."""

import numpy as np
from numpy.typing import NDArray

from shared.ferplus import FERPLUS_CLASSES, SHOWN

# The columns of fer2013new.csv in their order.
VOTE_COLUMNS = (*FERPLUS_CLASSES, "unknown", "NF")

# Stands for a picture without one label.
NO_LABEL = -1
# A class with a single vote counts as that person's slip.
OUTLIER_VOTES = 1


def strict_majority(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For votes [N, 10] the class [N] in FER+'s order with over half of them, or `NO_LABEL`.

    As FER+'s authors do it (github.com/microsoft/FERPlus, src/ferplus.py, `_process_data`, mode `majority`):
    classes with a single vote are set to none first, and a majority for unknown or for no face (NF), or none,
    leaves the picture out.
    """
    kept = np.where(counts > OUTLIER_VOTES, counts, 0)
    top = kept.argmax(axis=1)
    won = 2 * kept.max(axis=1) > kept.sum(axis=1)
    return np.where(won & (top < len(FERPLUS_CLASSES)), top, NO_LABEL)


def to_expressions(majority: NDArray[np.int64]) -> NDArray[np.int64]:
    """FER+ classes [N] in the order of `EXPRESSIONS`; contempt becomes `NO_LABEL`."""
    table = np.full(len(FERPLUS_CLASSES) + 1, NO_LABEL)  # Its last entry is that of NO_LABEL itself.
    table[list(SHOWN)] = np.arange(len(SHOWN))
    return table[majority]


def shown_scores(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """FER+ probabilities [N, 8] as those of the seven expressions, without contempt, of sum 1.

    Where nothing is left beside contempt, the seven are equal: none is more likely than another.
    """
    shown = scores[:, SHOWN]
    totals = shown.sum(axis=1, keepdims=True)
    equal = np.full_like(shown, 1 / len(SHOWN))
    return np.asarray(np.divide(shown, totals, out=equal, where=totals > 0), np.float32)
