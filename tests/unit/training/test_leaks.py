from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import DatasetError
from training.leaks import load_for_training

WriteCsv = Callable[..., Path]
LEAKED = 3


@pytest.fixture
def leaky_rows(rows: list[Any]) -> list[Any]:
    """The same rows, the first of PublicTest being a brighter copy of Training's fourth."""
    copy = np.clip(rows[LEAKED][1].astype(int) + 10, 0, 255).astype(np.uint8)
    return [*rows[:70], (rows[LEAKED][0], copy, "PublicTest"), *rows[71:]]


def test_a_nearly_identical_picture_of_another_split_is_left_out_by_itself(
    write_csv: WriteCsv, leaky_rows: list[Any]
) -> None:
    training = load_for_training(write_csv(leaky_rows)).split("Training")
    assert training.rows.tolist() == [row for row in range(70) if row != LEAKED]


def test_without_leaks_nothing_is_left_out(write_csv: WriteCsv, rows: list[Any]) -> None:
    assert len(load_for_training(write_csv(rows)).split("Training")) == 70


def test_listed_pictures_are_left_out_beside_the_searched_ones(
    write_csv: WriteCsv, write_votes: Callable[..., Path], leaky_rows: list[Any], tmp_path: Path
) -> None:
    leaks = tmp_path / "leaks.txt"
    leaks.write_text("fer0000000.png\nfer0000009.png\nfer0000075.png\n", encoding="utf-8")
    dataset = load_for_training(write_csv(leaky_rows), write_votes(leaky_rows), leaks)
    training = dataset.split("Training")
    assert training.rows.tolist() == [row for row in range(70) if row not in {0, LEAKED, 9}]
    assert training.shares is not None
    assert len(training.shares) == 67
    assert len(dataset.split("PublicTest")) == 14


def test_a_listed_name_that_the_votes_lack_is_refused(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any], tmp_path: Path
) -> None:
    leaks = tmp_path / "leaks.txt"
    leaks.write_text("fer0000000.png\n0000009.png\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"no 0000009\.png, one of 1 listed leaks"):
        load_for_training(write_csv(rows), write_votes(rows), leaks)


def test_a_list_of_leaks_without_votes_is_refused(
    write_csv: WriteCsv, rows: list[Any], tmp_path: Path
) -> None:
    with pytest.raises(DatasetError, match="--votes is needed"):
        load_for_training(write_csv(rows), None, tmp_path / "leaks.txt")


@pytest.mark.parametrize("missing", ["Training", "PublicTest"])
def test_training_needs_both_splits(write_csv: WriteCsv, rows: list[Any], missing: str) -> None:
    path = write_csv([row for row in rows if row[2] != missing])
    with pytest.raises(DatasetError, match=f"no row of the split {missing}"):
        load_for_training(path)
