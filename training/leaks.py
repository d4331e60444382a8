"""Leaves pictures out of Training that stand in another split too: they would flatter the accuracy there."""

import logging
from pathlib import Path

import numpy as np

from shared.errors import DatasetError
from training.duplicates import find_near_duplicates
from training.splits import Dataset, add_votes, read_dataset
from training.votes import Votes, read_leaks, read_votes

log = logging.getLogger(__name__)


def drop_listed(dataset: Dataset, votes: Votes, names: frozenset[str]) -> Dataset:
    """Leaves out the Training pictures with these FER+ names.

    Raises:
        DatasetError: the votes do not have one of the names, so it would name no picture.
    """
    unknown = names - set(votes.names.tolist())
    if unknown:
        raise DatasetError(f"{votes.path}: no {min(unknown)}, one of {len(unknown)} listed leaks it lacks")
    training = dataset.split("Training")
    return dataset.with_training(training.keep(~np.isin(votes.names[training.rows], sorted(names))))


def drop_near_duplicates(dataset: Dataset) -> Dataset:
    """Leaves out the Training pictures that stand, identical or nearly so, in another split."""
    training = dataset.split("Training")
    others = [split.pictures for name, split in dataset.splits.items() if name != "Training"]
    leaked = find_near_duplicates(training.pictures, np.concatenate(others))
    return dataset.with_training(training.keep(~leaked))


def load_whole(
    csv: Path, votes_path: Path | None = None, leaks_path: Path | None = None
) -> tuple[Dataset, Dataset]:
    """Reads the dataset, with its votes if given: all of it, and all but the leaked pictures of Training.

    The leaks are those that a comparison of the pictures finds, and with a list those of the list too.

    Raises:
        DatasetError: a file does not fit, a split is missing, a list of leaks comes without votes, or names
            a picture that they do not have.
    """
    if leaks_path and not votes_path:
        raise DatasetError(f"{leaks_path}: the list names FER+ pictures, so --votes is needed with it")
    dataset = read_dataset(csv)
    for needed in ("Training", "PublicTest"):
        dataset.split(needed)
    votes = read_votes(votes_path) if votes_path else None
    if votes:
        dataset = add_votes(dataset, votes)
    kept = dataset
    if votes and leaks_path:
        kept = drop_listed(kept, votes, read_leaks(leaks_path))
    return dataset, drop_near_duplicates(kept)


def load_for_training(csv: Path, votes_path: Path | None = None, leaks_path: Path | None = None) -> Dataset:
    """Reads the dataset as `load_whole` does and leaves leaked pictures out of Training.

    Raises:
        DatasetError: as `load_whole`.
    """
    dataset, kept = load_whole(csv, votes_path, leaks_path)
    left_out = len(dataset.split("Training")) - len(kept.split("Training"))
    log.info("%d leaked pictures left out of Training", left_out)
    return kept
