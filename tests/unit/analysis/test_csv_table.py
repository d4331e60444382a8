from pathlib import Path

from services.analysis.csv_table import CsvTable
from services.analysis.table import COLUMNS, NO_FACE, Row


def written(path: Path, *rows: Row) -> list[str]:
    table = CsvTable(path)
    table.add(rows)
    table.close()
    return path.read_bytes().decode().split("\n")


def test_the_first_line_names_the_columns(tmp_path: Path) -> None:
    assert written(tmp_path / "a.csv") == [",".join(column.name for column in COLUMNS), ""]


def test_what_is_empty_has_no_letters_and_numbers_have_six_decimals(tmp_path: Path) -> None:
    _, line, _ = written(tmp_path / "a.csv", (12, 1 / 3, *NO_FACE, "failed"))
    assert line == "12,0.333333," + "," * len(NO_FACE) + "failed"


def test_a_face_is_written_in_one_line(tmp_path: Path) -> None:
    face: Row = (3, 1, 2, 30, 40, "happy", 0.5, *[0.1] * 7, None, 200.0, 1e-7, 0.0)
    _, line, _ = written(tmp_path / "a.csv", (0, 0.0, *face, None))
    assert line == (
        "0,0.000000,3,1,2,30,40,happy,0.500000," + "0.100000," * 7 + ",200.000000,0.000000,0.000000,"
    )
