"""Tables, for a terminal and for a Markdown page."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = "  "


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words; every column but the first is of numbers, which stand at the right.

    Attributes:
        title: what it shows.
        columns: their heads.
        rows: one word for each column.
        notes: lines below it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def as_text(table: Table) -> str:
    """Return a table with aligned columns."""
    lines = [list(table.columns), *map(list, table.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]
    body = [_aligned(line, widths) for line in lines]
    rule = "-" * max(map(len, body))
    return "\n".join([table.title, rule, body[0], rule, *body[1:], *table.notes]) + "\n"


def as_markdown(table: Table) -> str:
    """Return a table for a Markdown page, without its title."""
    heads = [_row(table.columns), _row(["---", *["---:"] * (len(table.columns) - 1)])]
    notes = [f"\n{note}" for note in table.notes]
    return "\n".join([*heads, *map(_row, table.rows), *notes]) + "\n"


def number(value: float, digits: int = 1) -> str:
    """Return a number with so many digits behind the point."""
    return f"{value:.{digits}f}"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    words = [line[0].ljust(widths[0])]
    words += [word.rjust(width) for word, width in zip(line[1:], widths[1:], strict=True)]
    return GAP.join(words).rstrip()


def _row(words: Sequence[str]) -> str:
    return f"| {' | '.join(words)} |"
