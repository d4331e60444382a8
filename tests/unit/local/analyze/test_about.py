from pathlib import Path

from services.analysis.identity import VideoIdentity
from services.analysis.journal import Journal
from services.analysis.journal_lines import End, Header
from services.local.analyze.about import about
from services.local.analyze.asking import AboutVideo
from services.local.analyze.known import Known
from services.local.analyze.task import Task
from tests.made_recordings import result

WORKERS = {"model_sha256": "1f", "model_version": "2", "labels": "ferplus"}
REPORT = {
    "duration_s": 1.25,
    "variable": True,
    "damaged": 4,
    "missing": 3,
    "retimed": 1,
    "longest_gap_s": 0.16,
}


def task(folder: Path, end: End | None = None) -> Task:
    header = Header(VideoIdentity("a.mp4", 7, "00ff"), 1, {})
    journal = Journal.resume(folder / "journal.jsonl", header)
    if end is not None:
        journal.append([result(0, 0)])
        journal.finish(end)
    return Task(Path("a.mp4"), folder, AboutVideo(64, 48, 1, 2.5, False, "h264", 0), journal)


def test_what_was_measured_is_that_of_the_journal_whenever_the_files_are_written(tmp_path: Path) -> None:
    before = task(tmp_path, End(1, "cut off", REPORT, 4, 12.5))
    before.journal.close()
    after = task(tmp_path)
    assert after.journal.end is not None
    found = about(after, Known(after.journal.end, WORKERS))
    after.journal.close()
    assert (found.settings["workers"], found.took_s, found.ended_early) == (4, 12.5, "cut off")
    assert {name: getattr(found.video, name) for name in REPORT} == REPORT


def test_what_the_reader_could_not_say_is_what_the_file_says_or_unknown(tmp_path: Path) -> None:
    one = task(tmp_path)
    one.journal.close()
    video = about(one, Known(End(1), WORKERS)).video
    assert (video.duration_s, video.variable) == (2.5, False)
    assert (video.damaged, video.missing, video.retimed, video.longest_gap_s) == (None,) * 4
