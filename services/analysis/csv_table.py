"""The table of faces as CSV: UTF-8, a line of names, `,` between values, nothing for what is empty."""

import csv
from collections.abc import Iterable
from pathlib import Path

from services.analysis.table import COLUMNS, DECIMALS, Row, Value


class CsvTable:
    """Writes rows as they come; the same rows make the same bytes.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._lines = csv.writer(self._file, lineterminator="\n")
        self._lines.writerow(column.name for column in COLUMNS)

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows."""
        self._lines.writerows((_text(value) for value in row) for row in rows)

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:.{DECIMALS}f}" if isinstance(value, float) else str(value)
