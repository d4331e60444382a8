"""From a journal to the files that people want."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from services.analysis.csv_table import CsvTable
from services.analysis.files import CSV, JOURNAL, PARQUET, SUMMARY, TIMELINE, replaced
from services.analysis.frames import ReadFrame, with_ends
from services.analysis.journal import read_header, read_results
from services.analysis.ordering import in_order
from services.analysis.parquet_table import ParquetTable
from services.analysis.slices import Slices
from services.analysis.summary import About, Summary
from services.analysis.table import rows_of
from services.analysis.timeline import draw_timeline
from services.analysis.tracking import read_frames


def frames_in(folder: Path) -> Iterator[ReadFrame]:
    """Yield the frames of the journal in a folder, in their order, with their faces.

    Raises:
        AnalysisError: the journal cannot be read, or a frame is missing.
    """
    journal = folder / JOURNAL
    return read_frames(in_order(read_results(journal), read_header(journal).every))


def write_results(
    folder: Path, about: About, *, progress: Callable[[int], None] = lambda _: None
) -> dict[str, object]:
    """Write both tables, the timeline and the summary beside the journal in a folder; return the summary.

    Args:
        folder: has a journal that is whole.
        about: what stands in the summary besides.
        progress: is called with the number of frames that are done, after each.

    Raises:
        AnalysisError: the journal cannot be read, a frame is missing, or a file cannot be written.
    """
    return _write(folder, frames_in(folder), about, progress)


def _write(
    folder: Path, frames: Iterable[ReadFrame], about: About, progress: Callable[[int], None]
) -> dict[str, object]:
    summary, slices = Summary(), Slices()
    with ExitStack() as files:
        rows = files.enter_context(replaced(folder / CSV))
        columns = files.enter_context(replaced(folder / PARQUET))
        tables = files.enter_context(closing(CsvTable(rows))), _parquet(files, columns, about)
        for count, (frame, until) in enumerate(with_ends(frames), 1):
            for table in tables:
                table.add(rows_of(frame))
            summary.add(frame)
            slices.add(frame, until)
            progress(count)
    with replaced(folder / TIMELINE) as path:
        draw_timeline(slices, _printable(about.video.name), path)
    values = summary.values(about)
    with replaced(folder / SUMMARY) as path:
        text = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return values


def _parquet(files: ExitStack, path: Path, about: About) -> ParquetTable:
    texts = {"video": _printable(about.video.name), "mien": about.version}
    return files.enter_context(closing(ParquetTable(path, texts)))


def _printable(name: str) -> str:
    """Return a file's name with question marks for bytes that are no text."""
    return name.encode(errors="replace").decode()
