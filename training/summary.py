"""What a dataset holds, for people: rows by split and expression, pictures that stand twice, its hash."""

import numpy as np

from shared.entities import EXPRESSIONS
from training.splits import Dataset, Split

NAME_WIDTH = 12


def class_counts(split: Split) -> list[int]:
    """How many pictures of each expression, in their order."""
    counts: list[int] = np.bincount(split.labels, minlength=len(EXPRESSIONS)).tolist()
    return counts


def repeated(split: Split) -> int:
    """How many pictures stand, to the pixel, earlier in the same split."""
    return len(split) - len({picture.tobytes() for picture in split.pictures})


def table(dataset: Dataset) -> list[str]:
    """A line for each split: its pictures by expression, and all."""
    heads = [*EXPRESSIONS, "all"]
    lines = [" " * NAME_WIDTH + "".join(f"{head:>10}" for head in heads)]
    for name, split in dataset.splits.items():
        counts = [*class_counts(split), len(split)]
        lines.append(f"{name:<{NAME_WIDTH}}" + "".join(f"{count:>10,}" for count in counts))
    return lines


def summarize(dataset: Dataset, kept: Dataset) -> str:
    """The dataset as read, and what is `kept` of it for training, as text of some lines."""
    rows = sum(map(len, dataset.splits.values()))
    training = dataset.split("Training")
    leaked = len(training) - len(kept.split("Training"))
    lines = [f"{dataset.path}: {rows:,} rows", f"SHA-256 of the rows: {dataset.sha256}", *table(dataset)]
    if training.shares is not None:
        lines.append(f"FER+: {int(training.shares.any(axis=1).sum()):,} Training pictures have votes")
    lines.append(f"{repeated(training):,} Training pictures repeat an earlier one to the pixel")
    lines.append(f"{leaked:,} Training pictures stand in another split too: training leaves them out")
    return "\n".join(lines)
