import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from services.analysis.files import CSV, PARQUET, SUMMARY, TIMELINE
from services.analysis.results import write_results
from services.analysis.summary import About, Video
from services.analysis.table import COLUMNS
from services.inference.tracks import Seven
from shared.errors import AnalysisError
from shared.recorded import RecordedResult
from tests.made_people import Person, walking
from tests.made_recordings import recorded, result, scores, write_journal

ABOUT = About("1.2", Video("a.mp4", 7, 640, 480))
SQL_TYPES = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "float64": "DOUBLE",
    "float32": "FLOAT",
    "string": "VARCHAR",
}


def mood(person: int, now: float) -> Seven:
    return scores("happy" if int(now) % 2 == person % 2 else "sad", 0.4 + 0.5 * (math.sin(7 * now) ** 2))


def made() -> list[RecordedResult]:
    """Two people, one of whom comes and goes, and two frames that failed."""
    people = [walking(80, (60, 120), (60, 0)), Person(60, lambda s: (560 - 40 * s, 350))]
    shown = list(
        recorded(people, seconds=6, mood=mood, there=lambda person, now: person == 0 and not 1 < now < 5)
    )
    shown[40] = result(40, shown[40].t, failure="failed", tries=3)
    shown[41] = result(41, shown[41].t, failure="undecodable")
    return shown


def analysed(folder: Path, results: Sequence[RecordedResult]) -> Any:  # noqa: ANN401  JSON
    write_journal(folder, results)
    return write_results(folder, ABOUT)


def test_all_files_are_written(tmp_path: Path) -> None:
    values = analysed(tmp_path, made())
    assert {path.name for path in tmp_path.iterdir()} == {"journal.jsonl", CSV, PARQUET, SUMMARY, TIMELINE}
    assert json.loads((tmp_path / SUMMARY).read_text()) == values
    assert values["frames"] == {
        "total": 180,
        "with_faces": values["frames"]["with_faces"],
        "failed": 1,
        "undecodable": 1,
    }


def test_every_frame_has_a_row(tmp_path: Path) -> None:
    analysed(tmp_path, made())
    table = pd.read_csv(tmp_path / CSV)
    assert sorted(set(table["frame"])) == list(range(180))
    assert table["frame"].is_monotonic_increasing
    assert table[table["frame"] == 40]["failure"].tolist() == ["failed"]


def test_results_in_any_order_make_the_same_bytes(tmp_path: Path) -> None:
    results = made()
    tables = []
    for seed in range(3):
        mixed = list(results)
        random.Random(seed).shuffle(mixed)
        analysed(tmp_path / str(seed), mixed)
        tables.append((tmp_path / str(seed) / CSV).read_bytes())
    assert tables[0] == tables[1] == tables[2]
    assert tables[0].count(b"\n") > 180


def test_parquet_reads_in_pandas_with_the_documented_types(tmp_path: Path) -> None:
    analysed(tmp_path, made())
    table = pd.read_parquet(tmp_path / PARQUET, dtype_backend="pyarrow")
    names = {"double": "float64", "float": "float32"}
    types = {name: str(kind).removesuffix("[pyarrow]") for name, kind in table.dtypes.items()}
    assert {name: names.get(kind, kind) for name, kind in types.items()} == {
        column.name: column.type for column in COLUMNS
    }


def test_parquet_reads_in_duckdb_with_the_documented_types(tmp_path: Path) -> None:
    analysed(tmp_path, made())
    with duckdb.connect() as connection:
        rows = connection.execute(f"DESCRIBE SELECT * FROM '{tmp_path / PARQUET}'").fetchall()
        ((frames,),) = connection.execute(
            f"SELECT count(DISTINCT frame) FROM '{tmp_path / PARQUET}'"
        ).fetchall()
    assert [(row[0], row[1]) for row in rows] == [(column.name, SQL_TYPES[column.type]) for column in COLUMNS]
    assert frames == 180


def test_both_tables_agree_to_the_last_digit(tmp_path: Path) -> None:
    analysed(tmp_path, made())
    parquet = pq.read_table(tmp_path / PARQUET).to_pydict()
    read = pd.read_csv(tmp_path / CSV, dtype=str, keep_default_na=False)
    assert list(read.columns) == list(parquet)
    kinds = {"int64": int, "int32": int, "float64": float, "float32": np.float32, "string": str}
    for column in COLUMNS:
        kind = kinds[column.type]
        values = [None if text == "" else kind(text) for text in read[column.name]]
        assert values == [None if value is None else kind(value) for value in parquet[column.name]], (
            column.name
        )


def test_duckdb_reads_the_same_from_both(tmp_path: Path) -> None:
    analysed(tmp_path, made())
    columns = ", ".join(f"'{column.name}': '{SQL_TYPES[column.type]}'" for column in COLUMNS)
    csv = f"read_csv('{tmp_path / CSV}', header=true, columns={{{columns}}})"
    with duckdb.connect() as connection:
        for one, other in ((csv, f"'{tmp_path / PARQUET}'"), (f"'{tmp_path / PARQUET}'", csv)):
            query = f"SELECT count(*) FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other})"
            assert connection.execute(query).fetchall() == [(0,)]


def test_a_video_of_any_name_has_its_files(tmp_path: Path) -> None:
    write_journal(tmp_path, [result(0, 0)])
    write_results(tmp_path, About("1.2", Video("\udcff é.mp4", 7, 1, 1)))
    assert json.loads((tmp_path / SUMMARY).read_text())["video"]["name"] == "\udcff é.mp4"


def test_a_frame_that_is_missing_is_named_and_no_table_is_there(tmp_path: Path) -> None:
    results = made()
    del results[7]
    write_journal(tmp_path, results, is_checked=False)
    with pytest.raises(AnalysisError, match="frame 7 has no result"):
        write_results(tmp_path, ABOUT)
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    write_journal(tmp_path, made())
    write_results(tmp_path, ABOUT, progress=told.append)
    assert told == list(range(1, 181))
