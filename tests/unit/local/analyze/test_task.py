import os
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from services.analysis.files import CSV, JOURNAL
from services.local.analyze.options import Options
from services.local.analyze.task import Plan, opened, planned
from shared.errors import AnalysisError, JournalError, SourceError
from shared.recorded import RecordedResult

WORKERS = {"model_sha256": "abc", "labels": "ferplus", "detector": "cascade", "privacy": "off"}
RESULT = RecordedResult(0, 0, 64, 48, b"{}", "", 1, "worker")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (64, 48))
    for step in range(25):
        writer.write(np.full((48, 64, 3), 10 * step, np.uint8))
    writer.release()
    return path


def plan(clip: Path, folder: Path, *, every: int = 1, resume: bool = False, labels: str = "ferplus") -> Plan:
    options = Options((clip,), folder, every=every, resume=resume)
    return planned(clip, folder, options, {**WORKERS, "labels": labels}, os.environ)


def prepare(
    clip: Path,
    folder: Path,
    *,
    every: int = 1,
    resume: bool = False,
    labels: str = "ferplus",
    results: bool = False,
) -> int | None:
    """Open a task; write a result if asked to; return how many frames there are to be done."""
    with opened(plan(clip, folder, every=every, resume=resume, labels=labels)) as task:
        if results:
            task.journal.append([RESULT])
        return task.total


def test_the_frames_to_be_done_are_those_whose_numbers_are_multiples(clip: Path, tmp_path: Path) -> None:
    assert prepare(clip, tmp_path / "out") == 25
    assert prepare(clip, tmp_path / "out", every=10) == 3


def test_where_nothing_was_done_nothing_is_left(clip: Path, tmp_path: Path) -> None:
    prepare(clip, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_results_that_are_there_are_refused_unless_it_goes_on(clip: Path, tmp_path: Path) -> None:
    prepare(clip, tmp_path / "out", results=True)
    with pytest.raises(AnalysisError, match="--resume"):
        prepare(clip, tmp_path / "out")
    assert prepare(clip, tmp_path / "out", resume=True) == 25
    assert (tmp_path / "out" / JOURNAL).exists()


def test_a_table_of_somebody_elses_is_not_replaced(clip: Path, tmp_path: Path) -> None:
    (tmp_path / CSV).write_text("mine")
    with pytest.raises(AnalysisError, match=CSV):
        prepare(clip, tmp_path)
    assert (tmp_path / CSV).read_text() == "mine"


@pytest.mark.parametrize(("every", "labels"), [(2, "ferplus"), (1, "fer2013")])
def test_it_does_not_go_on_with_what_gives_other_results(
    clip: Path, tmp_path: Path, every: int, labels: str
) -> None:
    prepare(clip, tmp_path / "out", results=True)
    with pytest.raises(JournalError, match=r"another (--every|labels)"):
        prepare(clip, tmp_path / "out", resume=True, every=every, labels=labels)


def test_a_video_that_is_none_makes_no_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no pictures in here")
    with pytest.raises(SourceError, match="notes"):
        prepare(tmp_path / "notes.txt", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_planned_is_not_kept_open(clip: Path, tmp_path: Path) -> None:
    prepare(clip, tmp_path / "out", results=True)
    before = psutil.Process().num_fds()
    plans = [plan(clip, tmp_path / "out", resume=True) for _ in range(3)]
    assert psutil.Process().num_fds() == before
    for one in plans:
        with opened(one) as task:
            assert task.journal.count == 1


def test_it_knows_what_workers_must_agree_in(clip: Path, tmp_path: Path) -> None:
    with opened(plan(clip, tmp_path / "out")) as task:
        assert task.depends_on == {"model_sha256": "abc", "labels": "ferplus", "detector": "cascade"}


def test_what_a_killed_run_has_left_half_written_is_gone_before_anything_is_written(
    clip: Path, tmp_path: Path
) -> None:
    prepare(clip, tmp_path / "out", results=True)
    (tmp_path / "out" / ".part-annotated.mp4").write_text("half")
    prepare(clip, tmp_path / "out", resume=True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [JOURNAL]
