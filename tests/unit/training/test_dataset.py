from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from shared.entities import EXPRESSIONS
from training.dataset import main
from training.splits import read_dataset

WriteCsv = Callable[..., Path]


def test_folders_hold_every_picture_by_split_expression_and_row(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folders"
    assert main(["folders", "--csv", str(write_csv(rows)), "--out", str(out)]) == 0
    assert len(list(out.rglob("*.png"))) == 84
    happy = out / "PublicTest" / "happy" / "00075.png"
    written = np.asarray(cv2.imread(str(happy), cv2.IMREAD_GRAYSCALE))
    assert np.array_equal(written, rows[73][1])
    assert capsys.readouterr().out == f"84 pictures in {out}\n"


def test_a_check_tells_what_the_files_hold(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*rows[:69], rows[0], *rows[70:-1], (rows[1][0], rows[1][1], "PublicTest")]
    csv = write_csv(rows)
    assert main(["check", "--csv", str(csv), "--votes", str(write_votes(rows))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{csv}: 84 rows"
    assert lines[1] == f"SHA-256 of the rows: {read_dataset(csv).sha256}"
    assert lines[2].split() == [*EXPRESSIONS, "all"]
    assert lines[3].split() == ["Training", "11", "10", "10", "10", "10", "10", "9", "70"]
    assert lines[4].split() == ["PublicTest", "2", "3", "2", "2", "2", "2", "1", "14"]
    assert lines[5:] == [
        "FER+: 70 Training pictures have votes",
        "1 Training pictures repeat an earlier one to the pixel",
        "1 Training pictures stand in another split too: training leaves them out",
    ]


@pytest.mark.parametrize("split", ["Training", "PublicTest"])
def test_a_check_refuses_a_file_without_a_split_that_training_needs(
    write_csv: WriteCsv, rows: list[Any], capsys: pytest.CaptureFixture[str], split: str
) -> None:
    path = write_csv([row for row in rows if row[2] != split])
    assert main(["check", "--csv", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: no row of the split {split}\n"


def test_a_check_refuses_votes_of_other_pictures(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    csv, votes = write_csv(rows), write_votes(rows[1:])
    assert main(["check", "--csv", str(csv), "--votes", str(votes)]) == 1
    assert capsys.readouterr().err == f"{votes}: 83 rows, but {csv} has 84\n"


@pytest.mark.parametrize("command", [[], ["check"], ["folders"]])
def test_help_names_inputs_and_outputs(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    text = capsys.readouterr().out
    assert "Input:" in text
    assert "Output:" in text


def test_a_bad_file_gives_one_line_and_status_one(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv([*rows, (9, rows[0][1], "Training")])
    assert main(["folders", "--csv", str(path), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == f"{path}, row 86: label '9' is not one of 0 to 6\n"


def test_an_output_that_is_a_file_gives_one_line(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(rows)
    assert main(["folders", "--csv", str(path), "--out", str(path)]) == 1
    assert "cannot be written" in capsys.readouterr().err
