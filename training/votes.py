"""FER+: ten people's votes for each FER2013 picture, and the list of leaked pictures by its names."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.errors import DatasetError
from shared.ferplus import FERPLUS_CLASSES
from training.csvfile import lines, open_text
from training.majority import VOTE_COLUMNS, strict_majority

__all__ = ["Votes", "read_leaks", "read_votes"]


@dataclass(frozen=True)
class Votes:
    """Row i is the dataset's: `names`, `splits` [N], `shares` float32 [N, 8] of sum 1, or all 0.

    `majority` [N] is the class with over half of the votes, in FER+'s order, or -1.
    """

    path: Path
    names: NDArray[np.str_]
    splits: NDArray[np.str_]
    shares: NDArray[np.float32]
    majority: NDArray[np.int64]


def _to_shares(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes as a distribution; a row without any vote for an expression stays 0 and teaches nothing."""
    totals = counts.sum(axis=1, keepdims=True)
    np.divide(counts, totals, out=counts, where=totals > 0)
    return counts


def read_votes(path: Path) -> Votes:
    """Reads `fer2013new.csv`.

    Raises:
        DatasetError: a column is missing or a row has no whole numbers; names the file and the row.
    """
    names, splits, counts = [], [], []
    with open_text(path) as file:
        header = next(lines(csv.reader(file), path), [])
        rows = lines(csv.DictReader(file, header), path, first=2)
        for number, row in enumerate(rows, start=2):
            try:
                counts.append([int(row[label]) for label in VOTE_COLUMNS])
                names.append(row["Image name"].strip())
                splits.append(row["Usage"].strip())
            except KeyError as error:
                raise DatasetError(f"{path}, row 1: no column {error}: no fer2013new.csv") from error
            except (AttributeError, TypeError, ValueError) as error:
                raise DatasetError(f"{path}, row {number}: votes are not whole numbers") from error
    if not counts:
        raise DatasetError(f"{path}: no rows")
    table = np.array(counts, np.int64)
    shares = _to_shares(table[:, : len(FERPLUS_CLASSES)].astype(np.float32))
    return Votes(path, np.array(names), np.array(splits), shares, strict_majority(table))


def read_leaks(path: Path) -> frozenset[str]:
    """FER+ picture names, one a line.

    Raises:
        DatasetError: the file cannot be read or is empty.
    """
    with open_text(path) as file:
        names = frozenset(line.strip() for line in file if line.strip())
    if not names:
        raise DatasetError(f"{path}: no picture names")
    return names
