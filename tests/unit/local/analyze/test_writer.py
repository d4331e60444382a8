import os
from pathlib import Path

import pytest

from services.analysis.files import CSV, JOURNAL, PARQUET, SUMMARY, TIMELINE
from services.analysis.identity import VideoIdentity
from services.analysis.journal import Journal
from services.analysis.journal_lines import End, Header
from services.analysis.summary import About, Video
from services.local.analyze.writer import write_apart
from shared.errors import AnalysisError
from tests.made_recordings import result

ABOUT = About(
    "1.2", Video("a\udcff.mp4", 7, 64, 48, variable=False), {"every": 1}, {"model": "m"}, took_s=2.5
)


def whole_journal(folder: Path) -> None:
    with Journal.begin(folder / JOURNAL, Header(VideoIdentity("a.mp4", 7, "00ff"), 1, {})) as journal:
        journal.append([result(0, 0), result(1, 1)])
        journal.finish(End(2, "", {}, 1, 2.5))


def test_the_files_are_written_by_another_process_and_the_summary_comes_back(tmp_path: Path) -> None:
    whole_journal(tmp_path)
    summary = write_apart(tmp_path, ABOUT, os.environ, lambda _: None)
    assert summary["model"] == {"model": "m"}
    assert summary["video"]["width"] == 64
    assert all((tmp_path / name).stat().st_size for name in (CSV, PARQUET, SUMMARY, TIMELINE))


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    whole_journal(tmp_path)
    (tmp_path / CSV).mkdir()
    with pytest.raises(AnalysisError) as raised:
        write_apart(tmp_path, ABOUT, os.environ, lambda _: None)
    assert CSV in str(raised.value)
    assert "\n" not in str(raised.value)
