"""The files of a recording's results, each of which is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
        AnalysisError: it has some, or is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise AnalysisError(f"{folder} is no folder: give another --out")
    for name in ALL:
        if (folder / name).exists():
            raise AnalysisError(f"{folder / name} is there already: give --resume, or another --out")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` when that went well.

    Raises:
        AnalysisError: the disk is full, or fails.
    """
    part = path.with_name(f".part-{path.name}")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error).partition("\n")[0]
        raise AnalysisError(f"{path} cannot be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)
