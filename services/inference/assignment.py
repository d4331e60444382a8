"""Pairs of rows and columns that together cost the least."""

import math
from collections.abc import Iterator, Sequence


def assigned(costs: Sequence[Sequence[float | None]], alone: float) -> list[int | None]:
    """Return the column for each row so that the sum of the costs is the least; None where a row has none.

    Args:
        costs: for each row what each column costs; None where the two cannot be a pair.
        alone: what a row costs that stays alone.
    """
    found: list[int | None] = [None] * len(costs)
    for rows, columns in _groups(costs):
        own = _assigned([[costs[row][column] for column in columns] for row in rows], alone)
        for row, index in zip(rows, own, strict=True):
            found[row] = None if index is None else columns[index]
    return found


def _groups(costs: Sequence[Sequence[float | None]]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield rows and columns that hang together by possible pairs: no group's choice concerns another."""
    columns_of = [[j for j, cost in enumerate(row) if cost is not None] for row in costs]
    rows_of: dict[int, list[int]] = {}
    for row, columns in enumerate(columns_of):
        for column in columns:
            rows_of.setdefault(column, []).append(row)
    left = set(range(len(costs)))
    while left:
        rows, reached = [left.pop()], set[int]()
        for row in rows:
            new = [column for column in columns_of[row] if column not in reached]
            reached.update(new)
            others = {other for column in new for other in rows_of[column]} & left
            left -= others
            rows.extend(others)
        yield sorted(rows), sorted(reached)


def _assigned(costs: Sequence[Sequence[float | None]], alone: float) -> list[int | None]:
    rows, columns = len(costs), len(costs[0]) if costs else 0
    full = [
        # Behind the columns, each row has one of its own, for staying alone.
        [math.inf if cost is None else cost for cost in row]
        + [alone if own == index else math.inf for own in range(rows)]
        for index, row in enumerate(costs)
    ]
    return [column if column < columns else None for column in _hungarian(full)]


def _hungarian(costs: list[list[float]]) -> list[int]:
    """Return the column of each row; there are at least as many columns, and a finite way to fill all rows.

    The Hungarian method with prices, a row at a time along a shortest path (Kuhn 1955; Jonker and Volgenant
    1987). Rows and columns count from 1 here; 0 is none.
    """
    rows, columns = len(costs), len(costs[0]) if costs else 0
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0] = row
        _extend(costs, owner, row_price, column_price)
    found = [0] * rows
    for column in range(1, columns + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found


def _extend(
    costs: list[list[float]], owner: list[int], row_price: list[float], column_price: list[float]
) -> None:
    """Give the row in `owner[0]` a column, along the shortest path over rows that change theirs."""
    columns = range(1, len(owner))
    slack, before, reached = [math.inf] * len(owner), [0] * len(owner), [False] * len(owner)
    column = 0
    while column == 0 or owner[column]:
        reached[column] = True
        row = owner[column]
        for j in columns:
            reduced = costs[row - 1][j - 1] - row_price[row] - column_price[j]
            if not reached[j] and reduced < slack[j]:
                slack[j], before[j] = reduced, column
        column = min((j for j in columns if not reached[j]), key=slack.__getitem__)
        step = slack[column]
        for j in range(len(owner)):
            if reached[j]:
                row_price[owner[j]] += step
                column_price[j] -= step
            else:
                slack[j] -= step
    while column:
        owner[column] = owner[before[column]]
        column = before[column]
