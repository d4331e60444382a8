"""The files of a recording's results, each of which is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import AnalysisError

JOURNAL = "journal.jsonl"
CSV = "faces.csv"
PARQUET = "faces.parquet"
SUMMARY = "summary.json"
TIMELINE = "timeline.png"
ANNOTATED = "annotated.mp4"

ALL = (JOURNAL, CSV, PARQUET, SUMMARY, TIMELINE, ANNOTATED)


def refuse_results(folder: Path) -> None:
    """Do nothing where a folder, that need not be there, has no results.

    Raises:
        AnalysisError: it has some, is no folder, or cannot be looked into.
    """
    try:
        there = [name for name in ALL if _is_there(folder / name)]
    except NotADirectoryError as error:
        raise AnalysisError(f"{folder} is no folder: give another --out") from error
    except OSError as error:
        raise AnalysisError(f"{folder} cannot be used: {reason_of(error)}") from error
    if there:
        raise AnalysisError(f"{folder / there[0]} is there already: give --resume, or another --out")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` when that went well.

    Raises:
        AnalysisError: the disk is full, or fails.
    """
    part = _part(path)
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise AnalysisError(f"{path} cannot be written: {reason_of(error)}") from error
    finally:
        # A disk that fails keeps it; what else went wrong is the news.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove what a killed run has left half written: one that goes on need not write all of it again.

    This process has the journal in the folder, so nobody is writing there any more.
    """
    for name in ALL:
        with suppress(OSError):
            _part(folder / name).unlink()


def _part(path: Path) -> Path:
    return path.with_name(f".part-{path.name}")


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True


def reason_of(error: OSError) -> str:
    """Return in one line what the system says; libraries have errors with words of their own."""
    return error.strerror or str(error).partition("\n")[0]
