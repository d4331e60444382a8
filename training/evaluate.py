"""Measures an exported model on FER2013, through ONNX Runtime, in a single view.

$ python -m training.evaluate --csv fer2013.csv [--model models/expression.onnx] [--json]
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS
from shared.errors import MienError
from training.csvfile import SPLITS
from training.figures import accuracy, confusion_matrix, recalls, wilson_interval
from training.session import Session, open_session, predict
from training.splits import Split, read_dataset

DEFAULT_MODEL = Path("models/expression.onnx")
TIMED_FACES = 200
WARM_UP_FACES = 20


@dataclass(frozen=True)
class SplitReport:
    """What the model does on one split; rows of `confusion` are the true classes."""

    split: str
    pictures: int
    accuracy: float
    interval_95: tuple[float, float]
    recall: dict[str, float | None]
    confusion: list[list[int]]


@dataclass(frozen=True)
class Report:
    """The splits, and the median time of one face at batch 1 on one thread, in milliseconds."""

    model: str
    data_sha256: str
    ms_per_face: float
    splits: list[SplitReport]


def evaluate_split(session: Session, name: str, split: Split) -> SplitReport:
    """Runs the model over a split."""
    confusion = confusion_matrix(split.labels, predict(session, split.pictures))
    share = accuracy(confusion)
    recall = dict(zip(EXPRESSIONS, recalls(confusion), strict=True))
    interval = wilson_interval(share, len(split))
    return SplitReport(name, len(split), share, interval, recall, confusion.tolist())


def time_face(session: Session, pictures: NDArray[np.uint8]) -> float:
    """The median milliseconds of one face, one at a time."""
    times = []
    for index in range(WARM_UP_FACES + TIMED_FACES):
        face = pictures[index % len(pictures)][np.newaxis]
        start = time.perf_counter()
        predict(session, face)
        times.append(1000 * (time.perf_counter() - start))
    return median(times[WARM_UP_FACES:])


def evaluate(model: Path, csv: Path, names: Sequence[str]) -> Report:
    """Measures `model` on the splits `names` of `csv`.

    Raises:
        DatasetError: the file does not fit or has no such split.
        ModelError: the model cannot be opened.
    """
    session = open_session(model)
    dataset = read_dataset(csv)
    splits = {name: dataset.split(name) for name in names}
    reports = [evaluate_split(session, name, split) for name, split in splits.items()]
    speed = time_face(session, next(iter(splits.values())).pictures)
    return Report(str(model), dataset.sha256, speed, reports)


def format_split(report: SplitReport) -> str:
    """The split's figures as a table for people."""
    low, high = report.interval_95
    share = f"{100 * report.accuracy:.2f} % of {report.pictures} pictures"
    lines = [
        f"{report.split}: {share} (95 % interval {100 * low:.1f} to {100 * high:.1f}), single view",
        f"{'true class':>10} {'recall':>7}   " + " ".join(f"{label:>8}" for label in EXPRESSIONS),
    ]
    for (label, recall), row in zip(report.recall.items(), report.confusion, strict=True):
        share = "-" if recall is None else f"{100 * recall:.1f} %"
        lines.append(f"{label:>10} {share:>7}   " + " ".join(f"{count:>8}" for count in row))
    return "\n".join(lines)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description="Input: an ONNX model and FER2013's CSV. Output: accuracy, recall, confusion, speed.",
    )
    add = parser.add_argument
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--model", type=Path, default=DEFAULT_MODEL, metavar="ONNX", help=f"default: {DEFAULT_MODEL}")
    add("--split", choices=SPLITS, action="append", help="may be given again; default: PublicTest")
    add("--json", action="store_true", help="print JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    try:
        report = evaluate(arguments.model, arguments.csv, arguments.split or ["PublicTest"])
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(asdict(report), indent=1))
    else:
        print("\n\n".join(map(format_split, report.splits)))
        print(f"\n{report.ms_per_face:.2f} ms a face at batch 1 on one thread")
    return 0


if __name__ == "__main__":
    sys.exit(main())
