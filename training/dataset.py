"""Writes FER2013's pictures into folders by split and expression.

$ python -m training.dataset folders --csv fer2013.csv --out DIR
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
from tqdm import tqdm

from shared.entities import EXPRESSIONS
from shared.errors import DatasetError, MienError
from training.splits import Dataset, Split, read_dataset


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


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.dataset", description="Works on FER2013's CSV.")
    commands = parser.add_subparsers(dest="command", required=True)
    folders = commands.add_parser(
        "folders",
        help="write the pictures as PNG files",
        description="Input: the CSV. Output: DIR/SPLIT/EXPRESSION/ROW.png.",
    )
    add = folders.add_argument
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    try:
        count = write_folders(read_dataset(arguments.csv), arguments.out)
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} pictures in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
