from pathlib import Path

import pyarrow.parquet as pq

from services.analysis.parquet_table import GROUP, ParquetTable
from services.analysis.table import COLUMNS, NO_FACE, Row

FACE: Row = (3, 1, 2, 30, 40, "happy", 0.5, *[0.1] * 7, None, 200.0, 0.25, 0.0)


def test_the_columns_have_the_documented_types_and_say_what_they_are(tmp_path: Path) -> None:
    ParquetTable(tmp_path / "a.parquet", {"video": "a.mp4"}).close()
    schema = pq.read_schema(tmp_path / "a.parquet")
    named = {"double": "float64", "float": "float32"}
    assert [
        (field.name, named.get(str(field.type), str(field.type)), field.nullable) for field in schema
    ] == [(column.name, column.type, column.is_empty) for column in COLUMNS]
    assert [field.metadata[b"about"].decode() for field in schema] == [column.about for column in COLUMNS]
    assert schema.metadata[b"video"] == b"a.mp4"


def test_rows_are_written_in_groups_while_they_come(tmp_path: Path) -> None:
    table = ParquetTable(tmp_path / "a.parquet")
    for index in range(2 * GROUP + 5):
        table.add([(index, index / 10, *(FACE if index % 2 else NO_FACE), None)])
    table.close()
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [GROUP, GROUP, 5]
    rows = file.read().to_pylist()
    assert [row["frame"] for row in rows] == list(range(2 * GROUP + 5))
    assert rows[0]["track"] is None
    assert (rows[1]["track"], rows[1]["expression"]) == (3, "happy")
