"""FER2013 as arrays, one `Split` for each part of it."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from shared.errors import DatasetError
from training.csvfile import SPLITS, read_rows
from training.votes import Votes

# Of fer2013.csv as published: how long reading takes is told by it.
PUBLISHED_ROWS = 35_887


@dataclass(frozen=True)
class Split:
    """Pictures uint8 [N, 48, 48], labels [N], their rows in the file from 0, FER+ shares [N, 8] if read.

    `taught` has a teacher's probabilities [N, classes] by head, if there is a teacher.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    rows: NDArray[np.int64]
    shares: NDArray[np.float32] | None = None
    taught: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def keep(self, mask: NDArray[np.bool_]) -> "Split":
        """Only the pictures where `mask` [N] is true."""
        shares = None if self.shares is None else self.shares[mask]
        taught = {head: rows[mask] for head, rows in self.taught.items()}
        return Split(self.pictures[mask], self.labels[mask], self.rows[mask], shares, taught)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """The splits by name, and the SHA-256 of what was read: the same for every packing of the same rows."""

    path: Path
    splits: Mapping[str, Split]
    sha256: str

    def split(self, name: str) -> Split:
        """The split `name`.

        Raises:
            DatasetError: the file has no row of it.
        """
        if name not in self.splits:
            raise DatasetError(f"{self.path}: no row of the split {name}")
        return self.splits[name]

    def with_training(self, training: Split) -> "Dataset":
        """The same with another Training split."""
        return replace(self, splits={**self.splits, "Training": training})


def read_dataset(path: Path) -> Dataset:
    """Reads `fer2013.csv` or `icml_face_data.csv`, plain, .xz or .gz.

    Raises:
        DatasetError: the file does not fit; names it and the row.
    """
    digest = hashlib.sha256()
    pictures, labels, names = [], [], []
    quiet = not sys.stderr.isatty()
    for row in tqdm(read_rows(path), desc=path.name, total=PUBLISHED_ROWS, unit=" rows", disable=quiet):
        pictures.append(row.pixels)
        labels.append(row.label)
        names.append(row.split)
        digest.update(f"{row.label},{row.split}\n".encode() + row.pixels.tobytes())
    if not labels:
        raise DatasetError(f"{path}: no rows below the header")
    everything = Split(np.stack(pictures), np.array(labels, np.uint8), np.arange(len(labels)))
    marks = np.array(names)
    splits = {name: everything.keep(marks == name) for name in SPLITS if name in names}
    return Dataset(path, splits, digest.hexdigest())


def add_votes(dataset: Dataset, votes: Votes) -> Dataset:
    """Gives each split its FER+ shares.

    Raises:
        DatasetError: the two files do not go together row by row.
    """
    rows = sum(map(len, dataset.splits.values()))
    if rows != len(votes.splits):
        raise DatasetError(f"{votes.path}: {len(votes.splits)} rows, but {dataset.path} has {rows}")
    for name, split in dataset.splits.items():
        others = split.rows[votes.splits[split.rows] != name]
        if others.size:
            where = f"{votes.path}, row {others[0] + 2}"
            raise DatasetError(f"{where}: the split is not {name} as in {dataset.path}")
    splits = {name: replace(split, shares=votes.shares[split.rows]) for name, split in dataset.splits.items()}
    return replace(dataset, splits=splits)
