"""Serves a split to Keras batch by batch, as numpy arrays that every backend takes."""

from math import ceil

import keras
import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS
from training.augment import augment_batch, mix_batch, show_batch
from training.params import Params, View
from training.splits import Split

Targets = dict[str, NDArray[np.float32]]
Batch = tuple[NDArray[np.uint8], Targets]


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """One epoch of augmented pictures `size` px wide, in an order drawn from the seed and the epoch."""

    def __init__(self, split: Split, params: Params, epoch: int, size: int) -> None:
        super().__init__()
        self._split, self._params, self._epoch, self._size = split, params, epoch, size
        self._order = np.random.default_rng((params.seed, epoch)).permutation(len(split))

    def __len__(self) -> int:
        return max(1, len(self._split) // self._params.batch)

    def __getitem__(self, index: int) -> Batch:
        """Pictures uint8 [B, size, size, 1] and the targets of each head."""
        params = self._params
        chosen = self._order[index * params.batch : (index + 1) * params.batch]
        rng = np.random.default_rng((params.seed, self._epoch, index))
        pictures = augment_batch(self._split.pictures[chosen], self._size, params.augment, rng)
        pictures, others, shares = mix_batch(pictures, params.augment, rng)
        wanted = targets(self._split, chosen, params.label_smoothing, params.teacher_weight)
        return pictures, {head: mixed(rows, others, shares) for head, rows in wanted.items()}


class PlainBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """A split in order, as the finished network is shown it."""

    def __init__(self, split: Split, view: View, batch: int = 256) -> None:
        super().__init__()
        self._split, self._view, self._batch = split, view, batch

    def __len__(self) -> int:
        return ceil(len(self._split) / self._batch)

    def __getitem__(self, index: int) -> Batch:
        """Pictures uint8 [B, size, size, 1] and the targets of each head, without smoothing."""
        chosen = np.arange(len(self._split))[index * self._batch : (index + 1) * self._batch]
        return show_batch(self._split.pictures[chosen], self._view), targets(self._split, chosen, 0.0)


def mixed(
    rows: NDArray[np.float32], others: NDArray[np.int64], shares: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The targets [B, classes] of pictures of which each has a share of another one."""
    share = shares[:, np.newaxis]
    return (1 - share) * rows + share * rows[others]


def targets(split: Split, chosen: NDArray[np.int64], smoothing: float, taught: float = 0.0) -> Targets:
    """`fer2013` float32 [B, 7], smoothed over the classes, and `ferplus` [B, 8] where there are votes.

    `taught` is the teacher's part of each, where there is one.
    """
    classes = len(EXPRESSIONS)
    labels = np.eye(classes, dtype=np.float32)[split.labels[chosen]]
    result = {"fer2013": labels * np.float32(1 - smoothing) + np.float32(smoothing / classes)}
    if split.shares is not None:
        result["ferplus"] = split.shares[chosen]
    for head, rows in split.taught.items():
        result[head] = (1 - np.float32(taught)) * result[head] + np.float32(taught) * rows[chosen]
    return result
