"""Pictures with the one label that a head is measured by, in the order of the expressions that Mien shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import DatasetError
from training.calibration import FITTED_SPLIT, fitted_half
from training.majority import NO_LABEL, shown_scores, to_expressions
from training.splits import Dataset, add_votes, read_dataset
from training.votes import Votes, read_votes

FER2013, FERPLUS = "fer2013", "ferplus"


@dataclass(frozen=True)
class Labelled:
    """Pictures uint8 [N, 48, 48] of a split, their rows in the file, and labels int64 [N] for `head`."""

    head: str
    split: str
    pictures: NDArray[np.uint8]
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]

    @property
    def fitted(self) -> NDArray[np.bool_]:
        """Mask [N] of the pictures that may be fitted on: half of PublicTest, none elsewhere."""
        return fitted_half(self.rows) & (self.split == FITTED_SPLIT)

    def __len__(self) -> int:
        return len(self.labels)


def shown(head: str, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """A head's probabilities as those of the seven expressions [N, 7]: FER+'s without contempt."""
    return shown_scores(scores) if head == FERPLUS else scores


@dataclass(frozen=True)
class Data:
    """The dataset and FER+'s votes for it, which give pictures their labels."""

    dataset: Dataset
    votes: Votes | None

    @classmethod
    def read(cls, csv: Path, votes: Path | None) -> "Data":
        """Reads them.

        Raises:
            DatasetError: a file does not fit, or the two do not go together.
        """
        dataset = read_dataset(csv)
        if votes is None:
            return cls(dataset, None)
        found = read_votes(votes)
        return cls(add_votes(dataset, found), found)

    def measurable(self, heads: Sequence[str]) -> list[str]:
        """Those of a model's heads that there are labels for: FER+'s needs votes."""
        return [head for head in (FER2013, FERPLUS) if head in heads and (head == FER2013 or self.votes)]

    def labelled(self, name: str, head: str) -> Labelled:
        """The pictures of a split with a label for `head`: all, or those with a FER+ majority that is shown.

        Raises:
            DatasetError: there is no such split, or hardly a picture is left.
        """
        split = self.dataset.split(name)
        labels = split.labels.astype(np.int64)
        if head == FERPLUS and self.votes:
            labels = to_expressions(self.votes.majority[split.rows])
        keep = labels != NO_LABEL
        found = Labelled(head, name, split.pictures[keep], split.rows[keep], labels[keep])
        halves = found.fitted
        if not len(found) or (name == FITTED_SPLIT and (halves.all() or not halves.any())):
            raise DatasetError(f"{self.dataset.path}: too few pictures of {name} have a label for {head}")
        return found
