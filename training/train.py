"""Trains a network on FER2013 and leaves a run folder behind.

$ python -m training.train --csv fer2013.csv [--votes fer2013new.csv] [--minutes 45] [--resume]
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path

import keras

from shared.entities import EXPRESSIONS
from shared.errors import ModelError
from shared.ferplus import FERPLUS_CLASSES
from training.command import INTERRUPTED, command
from training.files import digests
from training.leaks import load_for_training
from training.networks import BUILDERS, build_network
from training.pace import Pace
from training.params import DEFAULT_PATH, Params, load_params
from training.runs import DEFAULT_RUN, RunFolder, RunRecord, versions
from training.seeds import seed_run
from training.splits import Dataset
from training.teacher import digest, teach
from training.trainer import Trainer, build_trainable


def new_record(
    params: Params, dataset: Dataset, minutes: float | None, files: dict[str, str] | None = None
) -> RunRecord:
    """The record of a run that starts now; `files` are the hashes of what was read beside the dataset."""
    heads = {"fer2013": len(EXPRESSIONS)}
    if dataset.split("Training").shares is not None:
        heads["ferplus"] = len(FERPLUS_CLASSES)
    return RunRecord(
        network=params.network,
        heads=heads,
        size=params.network_params.final_size,
        data_sha256=dataset.sha256,
        data_rows={name: len(split) for name, split in dataset.splits.items()},
        params=json.loads(json.dumps(params.record())),
        versions={**versions(), "backend": keras.backend.backend()},
        minutes=minutes,
        teacher_sha256=digest(dataset.split("Training")),
        files_sha256=files or {},
    )


def continued_record(folder: RunFolder, fresh: RunRecord) -> RunRecord:
    """The folder's record, with the time and the number of epochs of `fresh` where it names them.

    Raises:
        ModelError: there is no run, or it was started with other data or parameters; names the difference.
    """
    stored = folder.read_record()
    for name in ("network", "heads", "data_sha256", "data_rows", "teacher_sha256"):
        if getattr(stored, name) != getattr(fresh, name):
            raise ModelError(f"{folder.path}: cannot go on: {name} differs from the start's")
    for name in fresh.params.keys() - {"epochs"}:
        if stored.params.get(name) != fresh.params[name]:
            raise ModelError(f"{folder.path}: cannot go on: the parameter {name} differs from the start's")
    stored.minutes = fresh.minutes or stored.minutes
    stored.params, stored.versions, stored.finished = fresh.params, fresh.versions, False
    return stored


def begin_with(model: keras.Model, params: Params, heads: dict[str, int], start: RunFolder) -> None:
    """Gives `model` the averaged weights of the run in `start`, without what its optimizer knew.

    Raises:
        ModelError: there are none, or they are another network's.
    """
    bare = build_network(params.network, heads, params.network_params)
    start.load(bare, start.averaged_weights)
    model.set_weights(bare.get_weights())


def train(
    params: Params,
    dataset: Dataset,
    folder: RunFolder,
    minutes: float | None,
    *,
    resume: bool = False,
    start: RunFolder | None = None,
    files: dict[str, str] | None = None,
) -> RunRecord:
    """Trains into `folder`, from the start or on from its last checkpoint; returns the finished record.

    A run that is in the folder and is not gone on with moves aside. A new one begins with the weights of the
    run in `start`, if given. `files` are the hashes, for the record, of what was read beside the dataset.

    Raises:
        ModelError: resume is asked for and the folder has no run that fits, or its checkpoint is damaged; or
            the weights to start with do not fit.
    """
    seed_run(params.seed)
    record = new_record(params, dataset, minutes, files)
    if resume:
        record = continued_record(folder, record)
    model = build_trainable(params, record.heads)
    record.parameters = model.count_params()
    if not resume:
        if start:
            begin_with(model, params, record.heads, start)
            record.epochs_before = start.read_record().epochs_in_all
        folder.make_room()
    if record.epochs_done:
        folder.load(model, folder.last_weights)
    budget_s = 60 * record.minutes if record.minutes else None
    Trainer(model, dataset, params, folder, record, Pace(params.epochs, budget_s, record.elapsed_s)).run()
    return record


def what_is_left(folder: RunFolder) -> str:
    """What can be done with the folder of a run that was stopped."""
    if folder.record_path.exists() and folder.last_weights.exists():
        return f"--resume goes on from the last checkpoint in {folder.path}"
    return f"there is no checkpoint yet in {folder.path}: the run starts anew next time"


def positive(text: str) -> float:
    """A finite number over 0, for argparse."""
    value = float(text)
    if not 0 < value < inf:
        raise ValueError(text)
    return value


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.train",
        description="Input: FER2013's CSV, params.yaml; FER+'s votes, a list of leaks, a teacher if given. "
        "Output: a run folder with last.weights.h5 (to go on from), averaged.weights.h5 (to export) and "
        "run.json (parameters, versions, hash of the data, history). KERAS_BACKEND=tensorflow, jax or torch "
        "chooses what it runs on.",
    )
    add = parser.add_argument
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--votes", type=Path, help="fer2013new.csv of FER+: trains a second head on its votes")
    add("--leaks", type=Path, help="list of pictures to leave out of Training beside those that are found")
    add(
        "--teacher",
        type=Path,
        nargs="+",
        default=[],
        metavar="ONNX",
        help="finished models whose mean probabilities soften the labels",
    )
    add(
        "--start",
        type=Path,
        metavar="DIR",
        help="a finished run whose averaged weights a new one begins with",
    )
    add("--network", choices=sorted(BUILDERS), default="mien", help="default: mien")
    add("--minutes", type=positive, help="time for the run; the learning rate reaches 0 at its end")
    add("--epochs", type=int, help="at most so many (default: params.yaml)")
    add("--seed", type=int, help="default: params.yaml")
    add("--params", type=Path, default=DEFAULT_PATH, metavar="YAML", help="hyperparameters")
    add("--run", type=Path, default=DEFAULT_RUN, metavar="DIR", help=f"run folder (default: {DEFAULT_RUN})")
    add("--resume", action="store_true", help="go on from the run folder's last checkpoint")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments = parse_arguments(argv)
    folder = RunFolder(arguments.run)
    params = load_params(arguments.network, arguments.params, epochs=arguments.epochs, seed=arguments.seed)
    dataset = load_for_training(arguments.csv, arguments.votes, arguments.leaks)
    if arguments.teacher:
        dataset = teach(dataset, arguments.teacher)
    start = RunFolder(arguments.start) if arguments.start else None
    if start:
        params = params.restarted()
    named: dict[str, Path | None] = {name: getattr(arguments, name) for name in ("votes", "leaks")}
    named |= {f"teacher {number}": path for number, path in enumerate(arguments.teacher, start=1)}
    if start:
        named["start"] = start.averaged_weights
    try:
        record = train(
            params,
            dataset,
            folder,
            arguments.minutes,
            resume=arguments.resume,
            start=start,
            files=digests(named),
        )
    except KeyboardInterrupt:
        print(f"stopped; {what_is_left(folder)}", file=sys.stderr)
        return INTERRUPTED
    print(f"{record.epochs_done} epochs in {record.elapsed_s / 60:.1f} min: {folder.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
