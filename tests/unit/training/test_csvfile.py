from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import DatasetError
from training.csvfile import read_rows

WriteCsv = Callable[..., Path]
GREY = " ".join(["7"] * 2304)


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013.csv.xz", "fer2013.csv.gz"])
@pytest.mark.parametrize("variant", ["fer2013", "icml_face_data"])
def test_every_packing_and_column_order_gives_the_same_rows(
    write_csv: WriteCsv, rows: list[Any], name: str, variant: str
) -> None:
    read = list(read_rows(write_csv(rows, name, variant)))
    assert [row.label for row in read] == [label for label, _, _ in rows]
    assert [row.split for row in read] == [split for _, _, split in rows]
    assert all(np.array_equal(row.pixels, picture) for row, (_, picture, _) in zip(read, rows, strict=True))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ((3, "1 2 3", "Training"), "row 3: 3 pixels instead of 2304"),
        ((3, GREY[:-1] + "256", "Training"), "row 3: pixel '256' is not one of 0 to 255"),
        ((3, GREY[:-1] + "-1", "Training"), "row 3: pixel '-1' is not one of 0 to 255"),
        ((3, GREY[:-1] + "7.5", "Training"), "row 3: pixel '7.5' is not one of 0 to 255"),
        ((3, GREY[:-1] + "1_0", "Training"), "row 3: pixel '1_0' is not one of 0 to 255"),
        ((3, GREY[:-1] + "\u0663", "Training"), "row 3: pixel '\u0663' is not one of 0 to 255"),
        ((3, GREY + " 7", "Training"), "row 3: 2305 pixels instead of 2304"),
        ((3, GREY, ""), "row 3: split '' is not one of Training, PublicTest, PrivateTest"),
        (("", GREY, "Training"), "row 3: label '' is not one of 0 to 6"),
        ((-1, GREY, "Training"), "row 3: label '-1' is not one of 0 to 6"),
        ((7, GREY, "Training"), "row 3: label '7' is not one of 0 to 6"),
        (("happy", GREY, "Training"), "row 3: label 'happy' is not one of 0 to 6"),
        ((3, GREY, "training"), "row 3: split 'training' is not one of Training, PublicTest, PrivateTest"),
        ((3, GREY + ",1", "Training"), "row 3: 4 columns instead of 3"),
    ],
)
def test_a_bad_row_is_named_by_its_number(
    write_csv: WriteCsv, bad: tuple[Any, str, str], message: str
) -> None:
    path = write_csv([(0, GREY, "Training"), bad])
    with pytest.raises(DatasetError) as caught:
        list(read_rows(path))
    assert str(caught.value) == f"{path}, {message}"


def test_a_row_cut_off_in_the_middle_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text(f"emotion,pixels,Usage\n0,{GREY},Training\n0,{GREY[:100]}", encoding="utf-8")
    with pytest.raises(DatasetError, match="row 3: 2 columns instead of 3"):
        list(read_rows(path))


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "emotion,pixels\n0,1\n"])
def test_a_file_with_other_columns_is_refused_at_its_header(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"other\.csv, row 1: the columns are not emotion, pixels, Usage"):
        list(read_rows(path))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"absent\.csv: cannot be read: No such file"):
        list(read_rows(tmp_path / "absent.csv"))


@pytest.mark.parametrize("suffix", ["xz", "gz"])
def test_a_file_that_is_not_packed_as_its_name_says_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"fer2013.csv.{suffix}"
    path.write_text("emotion,pixels,Usage\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="cannot be read"):
        list(read_rows(path))


@pytest.mark.parametrize("name", ["fer2013.csv.xz", "fer2013.csv.gz"])
def test_a_packed_file_that_ends_early_is_named_with_the_row(
    write_csv: WriteCsv, rows: list[Any], name: str
) -> None:
    path = write_csv(rows, name)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(DatasetError, match=rf"{name}, row \d+: cannot be read: .*end"):
        list(read_rows(path))


@pytest.mark.parametrize("name", ["fer2013.csv.xz", "fer2013.csv.gz"])
def test_a_packed_file_with_a_damaged_middle_is_one_line_with_a_row(
    write_csv: WriteCsv, rows: list[Any], name: str
) -> None:
    path = write_csv(rows, name)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=rf"{name}, row \d+: [^\n]+$"):
        list(read_rows(path))


@pytest.mark.parametrize("name", ["fer2013new.csv", "fer2013.csv.xz"])
def test_a_file_of_another_kind_is_refused_at_its_first_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"Usage,Image name,neutral\nTraining,fer0000000.png,4\n")
    with pytest.raises(DatasetError, match=rf"{name}, row 1: [^\n]+$"):
        list(read_rows(path))


def test_a_picture_given_for_a_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "face.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe" * 50)
    with pytest.raises(DatasetError, match=r"face\.csv"):
        list(read_rows(path))


def test_a_cell_that_is_too_long_for_a_csv_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        f"emotion,pixels,Usage\n0,{GREY},Training\n0,{'7' * 200_000},Training\n", encoding="utf-8"
    )
    with pytest.raises(DatasetError, match=r"long\.csv, row 3: field larger than field limit"):
        list(read_rows(path))
