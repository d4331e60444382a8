from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import DatasetError
from training.votes import read_leaks, read_votes

HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fer2013new.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_votes_become_shares_without_the_unknown_ones(tmp_path: Path) -> None:
    votes = read_votes(write(tmp_path, HEADER + "Training,fer0000000.png,6,2,0,0,0,0,0,0,2,0\n"))
    np.testing.assert_allclose(votes.shares, [[0.75, 0.25, 0, 0, 0, 0, 0, 0]])
    assert votes.names.tolist() == ["fer0000000.png"]
    assert votes.splits.tolist() == ["Training"]


def test_a_picture_that_nobody_could_name_has_no_shares(tmp_path: Path) -> None:
    votes = read_votes(write(tmp_path, HEADER + "Training,fer0000000.png,0,0,0,0,0,0,0,0,9,1\n"))
    assert votes.shares.sum() == 0


@pytest.mark.parametrize("row", ["Training,fer0000001.png,6,2", "Training,a.png,x,0,0,0,0,0,0,0,0,0"])
def test_a_bad_row_of_votes_is_named_by_its_number(tmp_path: Path, row: str) -> None:
    good = "Training,fer0000000.png,6,2,0,0,0,0,0,0,2,0\n"
    with pytest.raises(DatasetError, match=r"fer2013new\.csv, row 3: votes are not whole numbers"):
        read_votes(write(tmp_path, HEADER + good + row + "\n"))


def test_a_file_without_the_columns_of_votes_is_refused(
    write_csv: Callable[..., Path], rows: list[Any]
) -> None:
    with pytest.raises(DatasetError, match="row 1: no column 'neutral'"):
        read_votes(write_csv(rows))


def test_a_file_of_votes_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no rows"):
        read_votes(write(tmp_path, HEADER))


def test_leaks_are_read_one_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "fer0000003.png\n\nfer0000009.png\n")
    assert read_leaks(path) == {"fer0000003.png", "fer0000009.png"}


def test_an_empty_list_of_leaks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no picture names"):
        read_leaks(write(tmp_path, "\n"))


@pytest.mark.parametrize(("header", "row"), [(HEADER, 2), ("7" * 200_000 + "\n", 1)])
def test_a_cell_that_is_too_long_for_a_csv_is_named_by_its_row(tmp_path: Path, header: str, row: int) -> None:
    path = write(tmp_path, header + "7" * 200_000 + "\n")
    with pytest.raises(DatasetError, match=rf"fer2013new\.csv, row {row}: field larger than field limit"):
        read_votes(path)
