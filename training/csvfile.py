"""FER2013's CSV files, row by row: plain, .xz or .gz, in either published column order."""

import csv
import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TextIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.errors import DatasetError

SIDE_PX = 48
WHITE = 255
# `int` would also take "1_0", "+5" and digits of other scripts.
PIXEL = re.compile(r"[0-9]+")
DIGITS = re.compile(r"[0-9\s]*")
SPLITS = ("Training", "PublicTest", "PrivateTest")
COLUMNS = ("emotion", "pixels", "usage")
EXPRESSION_COUNT = 7

# What decompressing and decoding raise on damaged files.
DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error, UnicodeDecodeError)

Line = TypeVar("Line")


@dataclass(frozen=True)
class Row:
    """One picture: its label (0 to 6), its grey values (uint8 [48, 48]) and its split."""

    label: int
    pixels: NDArray[np.uint8]
    split: str


def reason_of(error: Exception) -> str:
    """The system's words for what failed, where it has some, or the error's own."""
    return str(getattr(error, "strerror", None) or error)


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Opens a plain, .xz or .gz text file for reading.

    Raises:
        DatasetError: it is absent, cannot be decompressed or is no text.
    """
    openers: dict[str, Callable[..., TextIO]] = {".xz": lzma.open, ".gz": gzip.open}
    try:
        with openers.get(path.suffix, open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
    except DAMAGE as error:
        raise DatasetError(f"{path}: cannot be read: {reason_of(error)}") from error


def parse_label(text: str) -> int:
    """The class number, 0 to 6; ValueError says what is wrong otherwise."""
    if not text.strip().isdecimal() or int(text) >= EXPRESSION_COUNT:
        raise ValueError(f"label {text.strip()!r} is not one of 0 to {EXPRESSION_COUNT - 1}")
    return int(text)


def parse_pixels(text: str) -> NDArray[np.uint8]:
    """uint8 [48, 48] of grey values parted by blanks; ValueError says what is wrong otherwise."""
    values = text.split()
    if len(values) != SIDE_PX**2:
        raise ValueError(f"{len(values)} pixels instead of {SIDE_PX**2}")
    try:
        if not DIGITS.fullmatch(text):
            raise ValueError
        grey = bytes(map(int, values))
    except ValueError:
        bad = next(value for value in values if not PIXEL.fullmatch(value) or int(value) > WHITE)
        raise ValueError(f"pixel {bad!r} is not one of 0 to 255") from None
    return np.frombuffer(grey, np.uint8).reshape(SIDE_PX, SIDE_PX)


def parse_split(text: str) -> str:
    """One of `SPLITS`; ValueError says what is wrong otherwise."""
    if text.strip() not in SPLITS:
        raise ValueError(f"split {text.strip()!r} is not one of {', '.join(SPLITS)}")
    return text.strip()


def lines(reader: Iterator[Line], path: Path, first: int = 1) -> Iterator[Line]:
    """What one of the `csv` module's readers of `path` gives, in order; `first` is its first row's number.

    Raises:
        DatasetError: a row cannot be read or parted into cells; names the file and the row.
    """
    for number in count(first):
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DatasetError(f"{path}, row {number}: {error}") from error
        except DAMAGE as error:
            raise DatasetError(f"{path}, row {number}: cannot be read: {reason_of(error)}") from error


def find_columns(header: list[str], path: Path) -> tuple[int, ...]:
    """Where the label, the pixels and the split stand, by the header's names.

    Raises:
        DatasetError: the header is not that of FER2013.
    """
    names = [name.strip().lower() for name in header]
    if sorted(names) != sorted(COLUMNS):
        raise DatasetError(f"{path}, row 1: the columns are not emotion, pixels, Usage: no fer2013.csv")
    return tuple(names.index(column) for column in COLUMNS)


def read_rows(path: Path) -> Iterator[Row]:
    """Reads the file's rows in order.

    Raises:
        DatasetError: something does not fit; names the file and the row, the header being row 1.
    """
    with open_text(path) as file:
        reader = lines(csv.reader(file), path)
        label, pixels, split = find_columns(next(reader, []), path)
        for number, cells in enumerate(reader, start=2):
            if len(cells) != len(COLUMNS):
                raise DatasetError(f"{path}, row {number}: {len(cells)} columns instead of {len(COLUMNS)}")
            try:
                yield Row(parse_label(cells[label]), parse_pixels(cells[pixels]), parse_split(cells[split]))
            except ValueError as error:
                raise DatasetError(f"{path}, row {number}: {error}") from error
