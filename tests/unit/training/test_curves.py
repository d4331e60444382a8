import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the curves are drawn with matplotlib")

from tests.unit.training.made_report import made_report
from training.curves import draw, main
from training.runs import RunFolder, RunRecord


def made_record() -> RunRecord:
    history = [
        {"epoch": float(n), "size": 32.0 if n < 3 else 44.0, "accuracy": n / 10, "public_accuracy": n / 20}
        for n in range(1, 6)
    ]
    return RunRecord("mien", {"fer2013": 7}, 44, "ab", {"Training": 3}, {}, {}, None, history=history)


def test_both_splits_are_drawn_in_percent_with_their_last_figure() -> None:
    (axes,) = draw(made_record()).axes
    lines = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in axes.lines[:2]}
    assert list(lines) == ["Training, 50.0 % at the end", "PublicTest, 25.0 % at the end"]
    assert lines["PublicTest, 25.0 % at the end"] == pytest.approx([5, 10, 15, 20, 25])


def test_a_change_of_size_is_marked_where_it_happened() -> None:
    (axes,) = draw(made_record()).axes
    assert [np.asarray(line.get_xdata()).tolist() for line in axes.lines[2:]] == [[2.5, 2.5]]
    assert [text.get_text() for text in axes.texts] == ["44 px from here"]


def test_the_axis_tells_of_epochs_of_an_earlier_run() -> None:
    record = made_record()
    assert draw(record).axes[0].get_xlabel() == "epoch"
    record.epochs_before = 82
    assert draw(record).axes[0].get_xlabel() == "epoch, after 82 of an earlier run"


def test_the_command_writes_the_picture(tmp_path: Path) -> None:
    RunFolder(tmp_path).write_record(made_record())
    out = tmp_path / "pictures" / "curve.png"
    assert main(["--run", str(tmp_path), "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_folder_without_a_run_gives_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--run", str(tmp_path / "none")]) == 1
    assert "no run here" in capsys.readouterr().err


def test_a_picture_that_cannot_be_written_or_a_report_of_another_run_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunFolder(tmp_path).write_record(made_record())
    (tmp_path / "file").touch()
    assert main(["--run", str(tmp_path), "--out", str(tmp_path / "file" / "c.png")]) == 1
    assert "c.png: cannot be written" in capsys.readouterr().err
    report = tmp_path / "report.json"
    report.write_text(json.dumps(made_report()), encoding="utf-8")
    out = tmp_path / "c.png"
    assert main(["--run", str(tmp_path), "--report", str(report), "--out", str(out)]) == 1
    assert "of a model with epochs 26, but the run has 0" in capsys.readouterr().err
    assert not out.exists()
