"""The model's heads: whose labels a viewer sees, FER2013's or FER+'s, as scores of the seven expressions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS

Labels = Literal["fer2013", "ferplus"]

DEFAULT_LABELS: Labels = "fer2013"

LABELS: tuple[Labels, ...] = get_args(Labels)

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


FERPLUS_CLASSES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""In the order of FER+'s own table (Barsoum et al., 2016, arXiv 1608.01041)."""

FERPLUS_NAMES = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""FER+'s word for each expression; it has no other for contempt, which is left out."""

HEADS: Mapping[Labels, Head] = {
    "fer2013": Head("fer2013", "mien.labels", EXPRESSIONS, tuple(range(len(EXPRESSIONS)))),
    "ferplus": Head(
        "ferplus",
        "mien.ferplus_labels",
        FERPLUS_CLASSES,
        tuple(FERPLUS_CLASSES.index(FERPLUS_NAMES[name]) for name in EXPRESSIONS),
    ),
}
