import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.training.made_model import write_made_model
from training.compare import COLUMNS, main


def test_each_model_has_a_row_and_what_it_does_not_say_is_a_dash(
    write_csv: Callable[..., Path],
    write_votes: Callable[..., Path],
    rows: list[Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = write_made_model(tmp_path / "known.onnx")
    silent = write_made_model(tmp_path / "silent.onnx", heads={"fer2013": 7}, properties={})
    common = [str(known), str(silent), "--csv", str(write_csv(rows)), "--votes", str(write_votes(rows))]
    assert main(common) == 0
    title, _, header, rule, *lines = capsys.readouterr().out.splitlines()
    assert title == "PublicTest, single view:"
    assert [cell.strip() for cell in header.strip("|").split("|")] == list(COLUMNS)
    assert set(rule) == set("|- ")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][:4] == ["made", "3", "1,234", "float32"]
    assert cells[1][:4] == ["-", "-", "-", "float32"]
    assert cells[0][7] != "-"
    assert cells[1][7:9] == ["-", "-"]

    table = tmp_path / "comparison.md"
    assert main([*common, "--json", "--out", str(table)]) == 0
    assert table.read_text(encoding="utf-8").startswith("PublicTest, single view:\n\n| network")
    assert [report["model"] for report in json.loads(capsys.readouterr().out)] == [str(known), str(silent)]


def test_an_absent_model_is_one_line_before_the_data_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = write_made_model(tmp_path / "known.onnx")
    assert main([str(known), str(tmp_path / "absent.onnx"), "--csv", "absent.csv"]) == 1
    error = capsys.readouterr().err
    assert "absent.onnx" in error
    assert error.count("\n") == 1
