"""Exports a run's averaged weights as the ONNX model that workers read, in int8 where that is as good.

$ python -m training.export [--csv fer2013.csv [--votes fer2013new.csv]] [--run DIR] [--out ONNX]
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from shared.errors import DatasetError, ModelError
from training.calibration import FITTED_ROWS, FITTED_SPLIT, fit_temperature
from training.choice import Choice, choose, ship
from training.command import command
from training.labelled import Data, Labelled, shown
from training.metadata import UNSURE_BELOW, describe
from training.quantize import choose_pictures, quantize
from training.report import threshold
from training.runs import DEFAULT_RUN, RunFolder
from training.serving import PARITY_PICTURES, build_serving, load_network, replace_model
from training.session import open_session

log = logging.getLogger(__name__)

DEFAULT_MODEL = Path("models/expression.onnx")
CALIBRATION_PICTURES = 320
LARGEST_FILE_MB = 8.0


Quantizer = Callable[[Path, NDArray[np.uint8], Path], None]
"""Writes a float32 model as int8, by pictures; raises ModelError where it cannot."""


@dataclass(frozen=True)
class Exported:
    """What was written: how far from Keras, with which temperatures, and how int8 did if it was tried.

    `failure` is why int8 could not be made.
    """

    worst: float
    temperatures: dict[str, float]
    choice: Choice | None
    fitted: list[str]
    unsure_below: dict[str, float]
    failure: str | None = None


def fit_temperatures(serving: keras.Model, measured: Sequence[Labelled]) -> dict[str, float]:
    """The temperature of each head, on the half of its pictures that may be fitted on."""
    found = {}
    for labelled in measured:
        faces = labelled.pictures[labelled.fitted][..., np.newaxis]
        scores = shown(labelled.head, serving.predict(faces, verbose=0)[labelled.head])
        found[labelled.head] = fit_temperature(labelled.labels[labelled.fitted], scores)
    return found


def export(
    folder: RunFolder, path: Path, data: Data | None = None, quantizer: Quantizer = quantize
) -> Exported:
    """Writes the run at `folder` to `path`, its float32 and int8 files into the folder itself.

    A model that stands at `path` stays until the new one has been compared with Keras. Without data the
    temperatures are 1 and int8, whose ranges need pictures, is not made.
    Where the quantizer fails, float32 ships.

    Raises:
        ModelError: there is no run, or the written file does not do what the Keras model does.
        DatasetError: the data has not the splits and labels that are needed.
    """
    record = folder.read_record()
    if not record.finished:
        log.warning(
            "%s: the run is not finished: this is its state after %d epochs", folder.path, record.epochs_done
        )
    if data and data.dataset.sha256 != record.data_sha256:
        log.warning("%s: not the data that the run was trained on", data.dataset.path)
    network, view = load_network(folder, record)
    measured = (
        [data.labelled(FITTED_SPLIT, head) for head in data.measurable(list(record.heads))] if data else []
    )
    fitted = fit_temperatures(build_serving(network, view), measured)
    temperatures = {head: fitted.get(head, 1.0) for head in record.heads}
    serving = build_serving(network, view, temperatures)
    float32, int8 = folder.path / "fp32.onnx", folder.path / "int8.onnx"
    worst = replace_model(serving, describe(record, network.count_params(), temperatures), float32)
    choice, failure = None, None
    if data:
        pictures = data.dataset.split("Training").pictures
        chosen_pictures = choose_pictures(pictures, CALIBRATION_PICTURES, record.params["seed"])
        try:
            quantizer(float32, chosen_pictures, int8)
            choice = choose(float32, int8, measured)
        except ModelError as error:
            failure = str(error)
    chosen = int8 if choice and not choice.refusal else float32
    unsure_below = thresholds(chosen, measured)
    properties = {UNSURE_BELOW: json.dumps(unsure_below)} if measured else {}
    ship(chosen, properties | (choice.properties() if choice else {}), path)
    return Exported(worst, temperatures, choice, list(fitted), unsure_below, failure)


def thresholds(path: Path, measured: Sequence[Labelled]) -> dict[str, float]:
    """Under which top probability each head is "unsure", chosen on the half that may be fitted on."""
    session = open_session(path)
    return {labelled.head: threshold(session, labelled) for labelled in measured}


def report(exported: Exported, path: Path) -> list[str]:
    """What an export did, in lines for people."""
    fitted = ", ".join(f"{head} {exported.temperatures[head]:.3f}" for head in exported.fitted)
    unfitted = ", ".join(head for head in exported.temperatures if head not in exported.fitted)
    lines = [f"at most {exported.worst:.1e} from Keras in a probability, on {PARITY_PICTURES} pictures"]
    if fitted:
        lines.append(f"temperatures: {fitted}, fitted on the {FITTED_ROWS} of {FITTED_SPLIT}")
    if unfitted:
        lines.append(f"{unfitted}: temperature 1, not fitted: no labels for it (--csv, --votes)")
    if exported.choice:
        lines += exported.choice.lines()
    if exported.unsure_below:
        below = ", ".join(f"{head} {least:.3f}" for head, least in exported.unsure_below.items())
        lines.append(f"unsure below: {below}, chosen on the {FITTED_ROWS} of {FITTED_SPLIT}")
    size_mb = path.stat().st_size / 1e6
    if size_mb > LARGEST_FILE_MB:
        lines.append(f"{path} is larger than the {LARGEST_FILE_MB:g} MB that a shipped model may have")
    return [*lines, f"{path}: {size_mb:.1f} MB, {shipped(exported)}"]


def shipped(exported: Exported) -> str:
    """Which precision ships, and why."""
    if exported.failure:
        return f"float32: {exported.failure}"
    if exported.choice is None:
        return "float32: int8 needs pictures (--csv)"
    return f"{exported.choice.precision}: {exported.choice.reason}"


def read_data(csv: Path | None, votes: Path | None) -> Data | None:
    """What an export may look at: Training's pictures for int8's ranges, PublicTest for all else.

    Raises:
        DatasetError: a file does not fit, or votes come without the CSV.
    """
    if csv:
        return Data.read(csv, votes)
    if votes:
        raise DatasetError(f"{votes}: votes belong to rows of a CSV, so --csv is needed with it")
    return None


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export",
        description="Input: a run folder; FER2013's CSV and FER+'s votes, to calibrate by. Output: an ONNX "
        "model with its metadata; fp32.onnx and int8.onnx in the run folder.",
    )
    add = parser.add_argument
    add("--run", type=Path, default=DEFAULT_RUN, metavar="DIR", help=f"default: {DEFAULT_RUN}")
    add("--out", type=Path, default=DEFAULT_MODEL, metavar="ONNX", help=f"default: {DEFAULT_MODEL}")
    add("--csv", type=Path, help="fer2013.csv: fits the temperatures, gives int8 its ranges, chooses")
    add("--votes", type=Path, help="fer2013new.csv: the same for the FER+ head")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    arguments = parse_arguments(argv)
    exported = export(RunFolder(arguments.run), arguments.out, read_data(arguments.csv, arguments.votes))
    print("\n".join(report(exported, arguments.out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
