"""Measures an exported model on FER2013 and FER+, through ONNX Runtime, in a single view.

$ python -m training.evaluate --csv fer2013.csv [--votes fer2013new.csv] [--model ONNX] [--json]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shared.entities import EXPRESSIONS
from shared.errors import ModelError
from training.calibration import BINS, FITTED_SPLIT
from training.command import command
from training.coverage import LEAST_ACCURACY, LEAST_COVERAGE
from training.csvfile import SIDE_PX, SPLITS
from training.files import write_text
from training.labelled import FER2013, FERPLUS, Data
from training.metadata import ModelFacts, read_facts
from training.report import Calibration, SplitReport, Unsure, measure
from training.session import Session, open_session, output_names
from training.teacher import CLASSES
from training.timing import time_models

if TYPE_CHECKING:
    from training.scenes import SceneReport

DEFAULT_MODEL = Path("models/expression.onnx")
LARGER_BATCH = 8
LARGER_BATCH_ROUNDS = 50


@dataclass(frozen=True)
class Report:
    """A model: its own words, its size, its heads on the splits, and the median milliseconds a face.

    Times are those of one thread, a face at a time and eight at a time.
    """

    model: str
    facts: ModelFacts
    file_mb: float
    data_sha256: str
    ms_per_face: float
    ms_per_face_of_8: float
    splits: list[SplitReport]
    scenes: "dict[str, SceneReport] | None" = None


def open_model(path: Path) -> tuple[Session, ModelFacts]:
    """A model and what it says of itself.

    Raises:
        ModelError: it cannot be opened, its metadata is damaged, or it is another kind of model.
    """
    session = open_session(path)
    heads = output_names(session)
    if FER2013 not in heads:
        raise ModelError(f"{path}: no output {FER2013}, only {', '.join(heads)}")
    check_shapes(session, path)
    return session, read_facts(session, str(path))


def check_shapes(session: Session, path: Path) -> None:
    """Nothing where the model at `path` reads face crops and has as many classes as its heads should.

    Raises:
        ModelError: it is another kind of model; says in what.
    """
    found = [(one.name, one.type, one.shape[1:]) for one in session.get_inputs()]
    if found != [("face", "tensor(uint8)", [SIDE_PX, SIDE_PX, 1])]:
        raise ModelError(f"{path}: reads {found}, not face: uint8 [N, {SIDE_PX}, {SIDE_PX}, 1]")
    for output in session.get_outputs():
        wanted = CLASSES.get(output.name)
        if wanted and output.shape[1:] != [wanted]:
            raise ModelError(f"{path}: {output.name} is {output.shape}, not [N, {wanted}]")


def measure_splits(
    session: Session, facts: ModelFacts, data: Data, names: Sequence[str]
) -> list[SplitReport]:
    """Each head that there are labels for, on each split.

    Raises:
        DatasetError: there is no such split.
    """
    heads = data.measurable(output_names(session))
    return [
        measure(
            session,
            data.labelled(name, head),
            data.labelled(FITTED_SPLIT, head),
            facts.temperature(head),
            facts.unsure_below.get(head),
        )
        for name in names
        for head in heads
    ]


def evaluate(models: Sequence[Path], data: Data, names: Sequence[str]) -> list[Report]:
    """Measures models on the splits `names`, and times them in turns.

    Raises:
        DatasetError: the data has no such split.
        ModelError: a model cannot be opened.
    """
    sessions, facts = zip(*map(open_model, models), strict=True)
    pairs = zip(sessions, facts, strict=True)
    splits = [measure_splits(session, words, data, names) for session, words in pairs]
    pictures = data.dataset.split(names[0]).pictures
    single = time_models(sessions, pictures)
    batched = time_models(sessions, pictures, LARGER_BATCH, LARGER_BATCH_ROUNDS)
    return [
        Report(str(path), words, path.stat().st_size / 1e6, data.dataset.sha256, ms, ms_of_8, found)
        for path, words, ms, ms_of_8, found in zip(models, facts, single, batched, splits, strict=True)
    ]


def format_confusion(report: SplitReport) -> list[str]:
    """Recall and confusion as a table for people."""
    lines = [f"{'true class':>10} {'recall':>7}   " + " ".join(f"{label:>8}" for label in EXPRESSIONS)]
    for (label, recall), row in zip(report.recall.items(), report.confusion, strict=True):
        share = "-" if recall is None else f"{100 * recall:.1f} %"
        lines.append(f"{label:>10} {share:>7}   " + " ".join(f"{count:>8}" for count in row))
    return lines


def format_calibration(found: Calibration) -> str:
    """One line."""
    change = f"{100 * found.error_before:.2f} % before scaling, {100 * found.error_after:.2f} % after"
    scale = f"T = {found.temperature:.3f}, {BINS} bins, {found.pictures} pictures: {found.rows}"
    return f"expected calibration error {change} ({scale})"


def format_unsure(found: Unsure) -> str:
    """One line."""
    right = "-" if found.kept.accuracy is None else f"{100 * found.kept.accuracy:.1f} %"
    where = f"{found.rows}; threshold: {found.source}"
    kept = f"keeps {100 * found.kept.coverage:.1f} % of the labels, {right} of them right"
    goal = f"{100 * LEAST_ACCURACY:.0f} % right of {100 * LEAST_COVERAGE:.0f} %"
    verdict = "reaches" if found.enough else "misses"
    return f'"unsure" under {found.kept.threshold:.3f} {kept} ({where}): {verdict} {goal}'


def format_split(report: SplitReport) -> str:
    """The split's figures for people."""
    low, high = report.interval_95
    name = f"{report.split}, FER+ majority" if report.head == FERPLUS else report.split
    share = f"{100 * report.accuracy:.2f} % of {report.pictures} pictures"
    lines = [f"{name}: {share} (95 % interval {100 * low:.1f} to {100 * high:.1f}), single view"]
    lines += format_confusion(report)
    if report.accuracy_of_8 is not None:
        lines.append(f"{100 * report.accuracy_of_8:.2f} % by the highest of all eight scores, with contempt")
    return "\n".join([*lines, format_calibration(report.calibration), format_unsure(report.unsure)])


def format_report(report: Report) -> str:
    """All figures of a model for people."""
    facts = report.facts
    speed = f"{report.ms_per_face:.2f} ms a face at batch 1 on one thread"
    speeds = f"{speed}, {report.ms_per_face_of_8:.2f} ms at batch {LARGER_BATCH}"
    parameters = "unknown" if facts.parameters is None else f"{facts.parameters:,}"
    size = f"{report.file_mb:.1f} MB, {facts.precision}, {parameters} parameters"
    return "\n\n".join([*map(format_split, report.splits), f"{speeds}\n{size}", *_format_scenes(report)])


def _format_scenes(report: Report) -> list[str]:
    if report.scenes is None:
        return []
    from training.scenes import format_report as as_table  # noqa: PLC0415, as below

    return [f"{name}, through crops:\n{as_table(found)}" for name, found in report.scenes.items()]


def measure_scenes(model: Path, data: Data, names: Sequence[str]) -> "dict[str, SceneReport]":
    """Each split pasted into made scenes, found, cropped and read; needs what inference needs.

    Raises:
        ModelError: the model cannot be opened, or OpenCV has no cascade.
    """
    # Only here: it needs what inference needs, which other measurements do without.
    from training.scenes import through_crops  # noqa: PLC0415  it brings the detector along

    return {name: through_crops(model, data.dataset.split(name), data.votes) for name in names}


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description="Input: an ONNX model, FER2013's CSV, FER+'s votes. Output: accuracy, recall, confusion, "
        "calibration, what is left without unsure labels, speed, size.",
    )
    add = parser.add_argument
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--votes", type=Path, help="fer2013new.csv of FER+: measures its head, by majority labels")
    add("--model", type=Path, default=DEFAULT_MODEL, metavar="ONNX", help=f"default: {DEFAULT_MODEL}")
    add("--split", choices=SPLITS, action="append", help="may be given again; default: PublicTest")
    add(
        "--scenes",
        action="store_true",
        help="also through the crops of faces pasted into scenes",
    )
    add("--out", type=Path, metavar="JSON", help="write the JSON there, whatever is printed")
    add("--json", action="store_true", help="print JSON, with the coverage curves")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    names = arguments.split or [FITTED_SPLIT]
    open_model(arguments.model)  # Before the data, which takes a while to read.
    data = Data.read(arguments.csv, arguments.votes)
    (report,) = evaluate([arguments.model], data, names)
    if arguments.scenes:
        report = replace(report, scenes=measure_scenes(arguments.model, data, names))
    if arguments.out:
        write_text(arguments.out, json.dumps(asdict(report), indent=1) + "\n")
    print(json.dumps(asdict(report), indent=1) if arguments.json else format_report(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
