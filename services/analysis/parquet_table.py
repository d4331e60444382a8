"""The table of faces as Parquet, its columns with their types, and what they are in the fields' metadata."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from services.analysis.table import COLUMNS, Row

GROUP = 16_384
"""Rows of a row group: some 10 MB while they are gathered, whatever the video's length."""

TYPES = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "float32": pa.float32(),
    "string": pa.string(),
}

SCHEMA = pa.schema(
    [
        pa.field(column.name, TYPES[column.type], column.is_empty, metadata={"about": column.about})
        for column in COLUMNS
    ]
)


class ParquetTable:
    """Writes rows as they come, a row group at a time.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, about: Mapping[str, str] | None = None) -> None:
        """Begin a file that has texts about it in its metadata, by name."""
        self._schema = SCHEMA.with_metadata(dict(about or {}))
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[Row] = []

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows; write them when they are enough."""
        self._rows.extend(rows)
        if len(self._rows) >= GROUP:
            self._write()

    def close(self) -> None:
        """Write what is left."""
        if self._rows:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        columns = zip(*self._rows, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()
