"""Writes a model's figures into its card, between two marks, so that they are always those of a report.

$ python -m training.card [--report runs/latest/report.json] [--run runs/latest] [--card models/MODEL_CARD.md]
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.errors import ModelError
from training.command import command
from training.files import write_text
from training.runs import DEFAULT_RUN, RunFolder, RunRecord
from training.stored_report import DEFAULT_REPORT, HEAD_NAMES, check_same_run, read_report

DEFAULT_CARD = Path("models/MODEL_CARD.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def percent(share: float | None, digits: int = 1) -> str:
    """A share in percent; a dash where there is none."""
    return "-" if share is None else f"{100 * share:.{digits}f} %"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def network_text(report: Mapping[str, Any], record: RunRecord) -> str:
    """What was trained and exported, in a paragraph."""
    facts = report["facts"]
    stages = record.params.get("network_params", {}).get("stages", [])
    channels = ", ".join("+".join(map(str, stage)) for stage in stages) or "not recorded"
    size = f"{report['file_mb']:.1f} MB, {facts['precision']}"
    parameters = f"{facts['parameters']:,} parameters, " if facts["parameters"] else ""
    temperatures = ", ".join(f"{head} {value:.2f}" for head, value in facts["temperatures"].items())
    return (
        f"Network `{record.network}`, channels of its convolutions by stage: {channels}; {parameters}{size}. "
        f"{record.epochs_done} epochs in {record.elapsed_s / 60:.0f} minutes on "
        f"{record.data_rows['Training']:,} Training pictures, seed {record.params['seed']}"
        f"{', taught by earlier models' if record.teacher_sha256 else ''}"
        f"{f', from the weights of {record.epochs_before} earlier epochs' if record.epochs_before else ''}. "
        f"Temperatures inside the graph: {temperatures or 'none'}."
    )


def errors_text(found: Mapping[str, Any]) -> str:
    """The expected calibration error before and after scaling."""
    return f"{percent(found['error_before'])}, {percent(found['error_after'])}"


def accuracy_table(splits: Sequence[Mapping[str, Any]]) -> str:
    """A row for each head on each split."""
    rows = [
        [
            f"{HEAD_NAMES[one['head']]}, {one['split']}",
            f"**{percent(one['accuracy'], 2)}** of {one['pictures']:,}",
            " to ".join(map(percent, one["interval_95"])),
            errors_text(one["calibration"]),
        ]
        for one in splits
    ]
    return table(
        ["labels, split", "accuracy", "95 % interval", "calibration error before, after scaling"], rows
    )


def recall_table(splits: Sequence[Mapping[str, Any]]) -> str:
    """Recall of each expression, a column for each head on each split."""
    head = ["recall", *(f"{HEAD_NAMES[one['head']]}, {one['split']}" for one in splits)]
    names = splits[0]["recall"]
    return table(head, [[name, *(percent(one["recall"][name]) for one in splits)] for name in names])


def unsure_text(one: Mapping[str, Any]) -> str:
    """What the threshold for "unsure" keeps, as an item of a list."""
    found, kept = one["unsure"], one["unsure"]["kept"]
    name = f"{HEAD_NAMES[one['head']]}, {one['split']}"
    left = (
        f"{percent(kept['coverage'])} of the faces keep one, {percent(kept['accuracy'])} of these are right"
    )
    source = f"; threshold: {found['source']}" if "source" in found else ""
    where = f"{found['pictures']:,} pictures, {found['rows']}{source}"
    return f"- {name}: with labels under {kept['threshold']:.2f} called unsure, {left} ({where})."


def scenes_table(scenes: Mapping[str, Any]) -> str:
    """Through the detector and the crop, by split and size of face; empty without such a report."""
    rows = [
        [
            f"{HEAD_NAMES[head]}, {split}",
            str(size["size_px"]),
            percent(size["found"]),
            percent(found["direct"]),
            percent(found["crops"]),
        ]
        for split, report in scenes.items()
        for size in report["sizes"]
        for head, found in size["heads"].items()
    ]
    head = ["labels, split", "face, px", "found", "right on the pictures of these", "right on their crops"]
    return table(head, rows) if rows else ""


def figures_text(report: Mapping[str, Any], record: RunRecord, comparison: str = "") -> str:
    """All that stands between the marks; `comparison` is a table of this model beside others.

    Raises:
        ModelError: the report lacks a figure.
    """
    try:
        splits = report["splits"]
        times = f"{report['ms_per_face']:.2f} ms a face at batch 1 on one thread"
        parts = [
            network_text(report, record),
            accuracy_table(splits),
            recall_table(splits),
            "\n".join(map(unsure_text, splits)),
            f"{times}, {report['ms_per_face_of_8']:.2f} ms at batch 8.",
            scenes_table(report.get("scenes") or {}),
            comparison.strip(),
            f"SHA-256 of the data's rows: `{report['data_sha256']}`.",
        ]
    except KeyError as error:
        raise ModelError(f"the report has no {error}; measure again with training.evaluate") from error
    return "\n\n".join(filter(None, parts))


def fill(card: str, figures: str) -> str:
    """`card` with `figures` between its marks.

    Raises:
        ModelError: it does not have both marks, in order.
    """
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ModelError(f"the card has no {BEGIN} ... {END}")
    return f"{before}{begin}\n\n{figures}\n\n{end}{after}"


def write_card(path: Path, figures: str) -> None:
    """Replaces the figures of the card at `path`.

    Raises:
        ModelError: it cannot be read or has no marks; names it.
    """
    try:
        text = fill(path.read_text(encoding="utf-8"), figures)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    write_text(path, text)


def read_comparison(path: Path | None) -> str:
    """What `training.compare` has written to `path`; empty without one.

    Raises:
        ModelError: it cannot be read; names it.
    """
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: no table of training.compare: {error}") from error


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.card",
        description="Input: what `training.evaluate --json` printed, and the run folder. "
        "Output: the model card with these figures between its two marks; they are printed too.",
    )
    add = parser.add_argument
    add("--report", type=Path, default=DEFAULT_REPORT, metavar="JSON", help=f"default: {DEFAULT_REPORT}")
    add("--run", type=Path, default=DEFAULT_RUN, metavar="DIR", help=f"default: {DEFAULT_RUN}")
    add("--comparison", type=Path, metavar="MD", help="what training.compare has written: goes into the card")
    add("--card", type=Path, default=DEFAULT_CARD, metavar="MD", help=f"default: {DEFAULT_CARD}")
    add("--print", action="store_true", help="print the figures and leave the card as it is")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    report, record = read_report(arguments.report), RunFolder(arguments.run).read_record()
    check_same_run(report, record, arguments.report)
    figures = figures_text(report, record, read_comparison(arguments.comparison))
    if not arguments.print:
        write_card(arguments.card, figures)
    print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
