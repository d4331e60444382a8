from dataclasses import asdict

from benchmarks.goals import verdicts
from benchmarks.report import by_kind, heading, tables, unmeasured
from benchmarks.table import as_text
from tests.unit.benchmarks.results import results


def test_every_part_has_a_table_whose_rows_are_complete() -> None:
    shown = list(tables(results()))
    assert len(shown) == 8
    assert all(len(row) == len(table.columns) for table in shown for row in table.rows)


def test_the_figures_of_the_processor_stand_in_its_table() -> None:
    text = "\n".join(map(as_text, tables(results())))
    assert "original / Mien: 16.0 times by CPU" in text
    assert "112.00" in text
    assert "decode 0.60, detect 3.00" in text


def test_both_shares_of_a_second_worker_are_said() -> None:
    text = "\n".join(map(as_text, tables(results())))
    assert "80 % of twice one" in text
    assert "94 % of what they can reach" in text
    assert "42.5 fps" in text


def test_what_a_second_worker_brings_to_a_recording_is_said() -> None:
    text = "\n".join(map(as_text, tables(results())))
    assert "2 cores at 80.0 ms of a worker a frame" in text
    assert "9.0 ms of all others: 22.5 fps" in text


def test_a_missed_goal_is_loud() -> None:
    goals = [asdict(verdict) for verdict in verdicts({"processor": {"ratio": 3.0}})]
    (*_, table) = tables(results(goals=goals))
    assert list(table.rows[0]) == ["original loop / processor", "3.00 times", "at least 12", "NO"]


def test_a_part_that_could_not_be_measured_is_a_line_and_no_table() -> None:
    there = results(parts={"peers": {"skipped": "not installed"}, "scaling": {"failed": "no frame"}})
    assert list(tables(there)) == []
    assert unmeasured(there) == ["not measured: peers: not installed", "not measured: scaling: no frame"]


def test_the_machine_the_versions_and_the_model_are_said() -> None:
    text = "\n".join(heading(results()))
    assert "Some CPU, 2 cores" in text
    assert "python 3.12.1" in text
    assert "expression.onnx abc" in text


def test_all_workers_are_one_kind() -> None:
    assert by_kind({"inference 1": 2.0, "web": 1.0, "inference 2": 3.0}) == {"inference": 5.0, "web": 1.0}
