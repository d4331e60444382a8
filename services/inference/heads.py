"""The model's heads: whose labels a viewer sees, FER2013's or FER+'s, as scores of the seven expressions."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS, LABELS, Labels
from shared.ferplus import FERPLUS_CLASSES, SHOWN

__all__ = ["HEADS", "LABELS", "PREFERRED", "Head", "Labels", "preferred"]

PREFERRED: tuple[Labels, ...] = ("ferplus", "fer2013")
"""Where nobody says whose: ten people's majority is right about a face more often than FER2013's one label
(docs/decisions/0009-seven-scores-whichever-labels.md)."""

NOTHING = np.float32(1e-9)
"""Added to each score, so that a crop which is contempt and nothing else is no division by zero: its seven
scores are then even."""


@dataclass(frozen=True)
class Head:
    """One output of the model, float32 [N, classes] of probabilities.

    Attributes:
        output: its name.
        metadata: the property that names its classes, a JSON list.
        classes: what that list must be.
        columns: for each of `EXPRESSIONS`, in their order, the class that it is.
    """

    output: Labels
    metadata: str
    classes: tuple[str, ...]
    columns: tuple[int, ...]

    def seven(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return probabilities [N, classes] as scores [N, 7] in the order of `EXPRESSIONS`, each of sum 1.

        A class that is none of the seven is left out, and the others share what it had by what they have.
        """
        if self.classes == EXPRESSIONS:
            return rows
        kept = rows[:, self.columns] + NOTHING
        return np.asarray(kept / kept.sum(axis=1, keepdims=True), np.float32)


HEADS: Mapping[Labels, Head] = {
    "fer2013": Head("fer2013", "mien.labels", EXPRESSIONS, tuple(range(len(EXPRESSIONS)))),
    "ferplus": Head(
        "ferplus",
        "mien.ferplus_labels",
        FERPLUS_CLASSES,
        SHOWN,
    ),
}


def preferred(outputs: Container[str]) -> Head:
    """Return the head to read of a model with these outputs; FER2013's where it has none that is known."""
    return HEADS[next((labels for labels in PREFERRED if labels in outputs), "fer2013")]
