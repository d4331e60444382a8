"""Checks FER2013's CSV before anything is trained on it, or writes its pictures into folders.

$ python -m training.dataset check --csv fer2013.csv [--votes fer2013new.csv] [--leaks leaks.txt]
$ python -m training.dataset folders --csv fer2013.csv --out DIR
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
from tqdm import tqdm

from shared.entities import EXPRESSIONS
from shared.errors import DatasetError
from training.command import command
from training.leaks import load_whole
from training.splits import Dataset, Split, read_dataset
from training.summary import summarize


def write_split(split: Split, folder: Path) -> None:
    """Writes the pictures of one split as `folder/EXPRESSION/ROW.png`, the file's header being row 1.

    Raises:
        DatasetError: a picture cannot be written.
    """
    for label in EXPRESSIONS:
        (folder / label).mkdir(parents=True, exist_ok=True)
    triples = zip(split.pictures, split.labels, split.rows, strict=True)
    quiet = not sys.stderr.isatty()
    for picture, label, row in tqdm(triples, desc=folder.name, total=len(split), disable=quiet):
        target = folder / EXPRESSIONS[label] / f"{row + 2:05d}.png"
        if not cv2.imwrite(str(target), picture):
            raise DatasetError(f"{target}: cannot be written")


def write_folders(dataset: Dataset, out: Path) -> int:
    """Writes every picture as `out/SPLIT/EXPRESSION/ROW.png`; returns how many.

    Raises:
        DatasetError: a folder or a picture cannot be written.
    """
    try:
        for name, split in dataset.splits.items():
            write_split(split, out / name)
    except OSError as error:
        raise DatasetError(f"{out}: cannot be written: {error.strerror}") from error
    return sum(map(len, dataset.splits.values()))


def check(arguments: argparse.Namespace) -> str:
    """What the dataset holds, if training can use it."""
    return summarize(*load_whole(arguments.csv, arguments.votes, arguments.leaks))


def folders(arguments: argparse.Namespace) -> str:
    """Writes the pictures; says how many."""
    return f"{write_folders(read_dataset(arguments.csv), arguments.out)} pictures in {arguments.out}"


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line; `run` is what to do."""
    parser = argparse.ArgumentParser(
        prog="python -m training.dataset",
        description="Input: FER2013's CSV. Output: what it holds (check), or its pictures (folders).",
    )
    commands = parser.add_subparsers(required=True, metavar="check|folders")
    checking = commands.add_parser(
        "check",
        help="say what the files hold, or which row is wrong",
        description="Input: the CSV; FER+'s votes and a list of leaks if given. "
        "Output: rows by split and expression, the data's hash, repeated and leaked pictures. "
        "A file that training could not use is one line that names the row, and status 1.",
    )
    writing = commands.add_parser(
        "folders",
        help="write the pictures as PNG files",
        description="Input: the CSV. Output: DIR/SPLIT/EXPRESSION/ROW.png.",
    )
    for part, run in ((checking, check), (writing, folders)):
        part.add_argument(
            "--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz"
        )
        part.set_defaults(run=run)
    checking.add_argument("--votes", type=Path, help="fer2013new.csv of FER+")
    checking.add_argument("--leaks", type=Path, help="list of leaked pictures beside those that are found")
    writing.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    print(arguments.run(arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main())
