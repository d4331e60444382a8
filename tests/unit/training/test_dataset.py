from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from training.dataset import main

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
