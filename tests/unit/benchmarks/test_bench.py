import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from benchmarks import bench, clip
from benchmarks.machine import Machine
from benchmarks.parts import PARTS, Bench, Found
from benchmarks.pipeline import NoMeasurement
from tests.unit.benchmarks.results import processor

QUIET = Machine("Some CPU", 2, 8.0, "Linux", (0.0, 0.0, 0.0), 0.0, quiet=True)
BUSY = Machine("Some CPU", 2, 8.0, "Linux", (3.5, 0.0, 0.0), 1.5, quiet=False)


def found(_bench: Bench) -> Found:
    """Measure nothing."""
    return processor()


def refuse(_bench: Bench) -> Found:
    """Measure nothing."""
    raise NoMeasurement("no frame")


@pytest.fixture
def with_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, Callable[[Bench], Found]]], None]:
    def replace(parts: Mapping[str, Callable[[Bench], Found]]) -> None:
        monkeypatch.setattr(bench, "PARTS", parts)
        monkeypatch.setattr(bench, "look", lambda: QUIET)
        monkeypatch.setattr(clip, "jpegs", lambda _frames: [])

    return replace


def test_all_parts_are_measured_unless_some_are_named() -> None:
    assert bench.parse([]).parts == list(PARTS)
    assert bench.parse(["--parts", "viewers,stages"]).parts == ["stages", "viewers"]


def test_a_part_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.parse(["--parts", "stages,speed"])
    assert "'speed' is none of stages, processor" in capsys.readouterr().err


def test_what_was_found_is_printed_and_written(
    tmp_path: Path, with_parts: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with_parts({"processor": found})
    assert bench.main(["--quick", "--out", str(tmp_path)]) == 0
    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["quick"] is True
    assert written["parts"]["processor"]["ratio"] == 16.0
    assert [goal["met"] for goal in written["goals"]] == [True, True, True, True]
    assert "original / Mien: 16.0 times" in capsys.readouterr().out


def test_a_part_that_fails_is_a_line_and_the_others_go_on(
    tmp_path: Path, with_parts: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with_parts({"pipeline": refuse, "processor": found})
    assert bench.main(["--out", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "not measured: pipeline: no frame" in said.out
    assert "mien bench: pipeline: no frame" in said.err
    assert "processor" in json.loads((tmp_path / "bench.json").read_text())["parts"]


def test_other_programs_that_are_not_installed_are_no_failure(
    tmp_path: Path, with_parts: Callable[..., None]
) -> None:
    with_parts({"peers": refuse})
    assert bench.main(["--out", str(tmp_path)]) == 0
    assert bench.main(["--out", str(tmp_path), "--fer-python", "nowhere"]) == 1


def test_a_model_that_is_not_there_is_one_line(
    tmp_path: Path, with_parts: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with_parts({"processor": found})
    assert bench.main(["--model", str(tmp_path / "none.onnx"), "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].endswith("none.onnx cannot be read: No such file or directory")


@pytest.mark.parametrize(("machine", "warned"), [(QUIET, False), (BUSY, True)])
def test_a_machine_that_does_other_things_is_warned_of(
    machine: Machine, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.warn(machine)
    assert ("not quiet" in capsys.readouterr().err) is warned
