from pathlib import Path

import pytest

from benchmarks.pipeline import NoMeasurement
from benchmarks.recordings import Reading, Run, between, ceiling_fps, compare, done

CPU = {"launcher": 1.0, "broker": 0.5, "capture": 0.5, "inference 1": 4.0, "inference 2": 4.0}


def run(workers: int, fps: float, worker_ms: float, others_ms: float) -> Run:
    return Run(workers, 10.0, fps, {}, worker_ms, others_ms, 0.0)


def test_a_run_is_what_happened_between_two_readings() -> None:
    before = Reading(100.0, 50, CPU, 20.0)
    after = Reading(110.0, 150, {role: 2 * used for role, used in CPU.items()}, 33.0)
    found = between(2, before, after)
    assert (found.seconds, found.fps, found.worker_ms, found.others_ms) == (10.0, 10.0, 80.0, 20.0)
    assert found.elsewhere == pytest.approx(0.3)
    assert found.cpu_ms_a_frame["launcher"] == 10.0


def test_where_no_frame_was_done_there_is_no_measurement() -> None:
    reading = Reading(100.0, 50, CPU, 20.0)
    with pytest.raises(NoMeasurement, match="no frame"):
        between(1, reading, Reading(110.0, 50, CPU, 20.0))


def test_the_ceiling_is_the_time_of_the_cores_for_workers_and_all_others() -> None:
    assert ceiling_fps(2, 2, 80, 20) == pytest.approx(20)
    assert ceiling_fps(8, 2, 80, 20) == pytest.approx(25)


def test_two_workers_are_held_against_what_they_can_reach() -> None:
    found = compare(run(1, 12, 80, 20), run(2, 19, 85, 20), cores=2)
    assert (found.twice_fps, found.ceiling_fps) == (24, 20)
    assert (found.share_of_twice, found.share_of_reachable) == (0.792, 0.95)
    found = compare(run(1, 12, 80, 20), run(2, 24, 85, 20), cores=8)
    assert found.share_of_reachable == found.share_of_twice == 1.0


def test_a_worker_that_used_nothing_is_no_measurement() -> None:
    with pytest.raises(NoMeasurement, match="no CPU"):
        compare(run(1, 12, 0, 20), run(2, 19, 85, 20), cores=2)


def test_the_first_line_of_a_journal_is_no_frame(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_text("")
    assert done(journal) == 0
    journal.write_text('{"journal": 1}\n[0]\n[1]\n[2')
    assert done(journal) == 2
