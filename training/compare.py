"""Compares exported models on PublicTest in one table, timed in turns on one thread.

$ python -m training.compare --csv fer2013.csv [--votes fer2013new.csv] MODEL.onnx MODEL.onnx ... [--json]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from training.calibration import FITTED_SPLIT
from training.command import command
from training.csvfile import SPLITS
from training.evaluate import Report, evaluate, open_model
from training.files import write_text
from training.labelled import FER2013, FERPLUS, Data
from training.report import SplitReport

ABSENT = "-"
COLUMNS = (
    "network",
    "epochs",
    "parameters",
    "precision",
    "file",
    "FER2013 (95 %)",
    "ECE",
    "FER+ (95 %)",
    "ECE of FER+",
    "ms a face",
    "at batch 8",
)


def find_head(report: Report, head: str) -> SplitReport | None:
    """The figures of one head, if it was measured."""
    return next((split for split in report.splits if split.head == head), None)


def accuracy_cell(split: SplitReport | None) -> str:
    """Accuracy in percent with its interval."""
    if split is None:
        return ABSENT
    low, high = split.interval_95
    return f"{100 * split.accuracy:.2f} % ({100 * low:.1f} to {100 * high:.1f})"


def error_cell(split: SplitReport | None) -> str:
    """Expected calibration error in percent, as the model ships."""
    return ABSENT if split is None else f"{100 * split.calibration.error_after:.2f} %"


def row(report: Report) -> list[str]:
    """The cells of one model."""
    facts = report.facts
    fer2013, ferplus = find_head(report, FER2013), find_head(report, FERPLUS)
    return [
        facts.network or ABSENT,
        ABSENT if facts.epochs is None else str(facts.epochs),
        ABSENT if facts.parameters is None else f"{facts.parameters:,}",
        facts.precision,
        f"{report.file_mb:.1f} MB",
        accuracy_cell(fer2013),
        error_cell(fer2013),
        accuracy_cell(ferplus),
        error_cell(ferplus),
        f"{report.ms_per_face:.2f}",
        f"{report.ms_per_face_of_8:.2f}",
    ]


def format_table(reports: Sequence[Report]) -> str:
    """A Markdown table, its columns aligned."""
    rows = [list(COLUMNS), *map(row, reports)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
        for cells in rows
    )


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.compare",
        description="Input: ONNX models, FER2013's CSV, FER+'s votes. Output: a Markdown table.",
    )
    add = parser.add_argument
    add("models", type=Path, nargs="+", metavar="ONNX", help="files that training.export has written")
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--votes", type=Path, help="fer2013new.csv of FER+: measures its head, by majority labels")
    add("--split", choices=SPLITS, default=FITTED_SPLIT, help=f"default: {FITTED_SPLIT}")
    add("--out", type=Path, metavar="MD", help="write the table there, whatever is printed")
    add("--json", action="store_true", help="print JSON")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    for model in arguments.models:
        open_model(model)  # Before the data, which takes a while to read.
    data = Data.read(arguments.csv, arguments.votes)
    reports = evaluate(arguments.models, data, [arguments.split])
    table = f"{arguments.split}, single view:\n\n{format_table(reports)}"
    if arguments.out:
        write_text(arguments.out, f"{table}\n")
    print(json.dumps([asdict(report) for report in reports], indent=1) if arguments.json else table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
