from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import DatasetError
from training.splits import add_votes, read_dataset
from training.votes import read_votes

WriteCsv = Callable[..., Path]


def test_each_split_gets_its_pictures_labels_and_rows(write_csv: WriteCsv, rows: list[Any]) -> None:
    public = read_dataset(write_csv(rows)).split("PublicTest")
    assert public.pictures.shape == (14, 48, 48)
    assert public.labels.tolist() == [label for label, _, split in rows if split == "PublicTest"]
    assert public.rows.tolist() == list(range(70, 84))


def test_the_hash_does_not_depend_on_the_packing_or_the_column_order(
    write_csv: WriteCsv, rows: list[Any]
) -> None:
    plain = read_dataset(write_csv(rows)).sha256
    assert read_dataset(write_csv(rows, "a.csv.xz", "icml_face_data")).sha256 == plain


def test_the_hash_changes_with_one_label(write_csv: WriteCsv, rows: list[Any]) -> None:
    plain = read_dataset(write_csv(rows)).sha256
    changed = [(6, rows[0][1], rows[0][2]), *rows[1:]]
    assert read_dataset(write_csv(changed)).sha256 != plain


def test_a_missing_split_is_named(write_csv: WriteCsv, rows: list[Any]) -> None:
    dataset = read_dataset(write_csv(rows))
    with pytest.raises(DatasetError, match=r"fer2013\.csv: no row of the split PrivateTest"):
        dataset.split("PrivateTest")


def test_a_file_with_only_a_header_is_refused(write_csv: WriteCsv) -> None:
    with pytest.raises(DatasetError, match="no rows below the header"):
        read_dataset(write_csv([]))


def test_votes_go_to_their_own_rows(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any]
) -> None:
    dataset = add_votes(read_dataset(write_csv(rows)), read_votes(write_votes(rows)))
    for split in dataset.splits.values():
        assert split.shares is not None
        assert np.array_equal(split.shares.argmax(axis=1), split.labels)


def test_votes_for_another_number_of_rows_are_refused(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any]
) -> None:
    with pytest.raises(DatasetError, match=r"fer2013new\.csv: 83 rows, but .* has 84"):
        add_votes(read_dataset(write_csv(rows)), read_votes(write_votes(rows[1:])))


def test_votes_whose_splits_stand_elsewhere_are_refused_with_the_row(
    write_csv: WriteCsv, write_votes: Callable[..., Path], rows: list[Any]
) -> None:
    votes = read_votes(write_votes([*rows[1:], rows[0]]))
    with pytest.raises(DatasetError, match=r"fer2013new\.csv, row 71: the split is not Training"):
        add_votes(read_dataset(write_csv(rows)), votes)
