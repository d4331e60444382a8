import itertools
import random

import pytest

from services.inference.assignment import assigned

ALONE = 4.0
Costs = list[list[float | None]]


def total(costs: Costs, columns: list[int | None]) -> float:
    prices = (ALONE if j is None else costs[i][j] for i, j in enumerate(columns))
    return sum(price for price in prices if price is not None)


def all_ways(costs: Costs) -> list[list[int | None]]:
    columns = range(len(costs[0]))
    ways = itertools.product([None, *columns], repeat=len(costs))
    return [list(way) for way in ways if is_possible(costs, list(way))]


def is_possible(costs: Costs, way: list[int | None]) -> bool:
    taken = [j for j in way if j is not None]
    possible = all(j is None or costs[i][j] is not None for i, j in enumerate(way))
    return possible and len(set(taken)) == len(taken)


@pytest.mark.parametrize("seed", range(40))
def test_no_other_way_costs_less(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 4), rng.randint(1, 4)
    costs: Costs = [[rng.choice([None, rng.uniform(0, 3)]) for _ in range(columns)] for _ in range(rows)]
    found = assigned(costs, ALONE)
    assert is_possible(costs, found)
    assert total(costs, found) == pytest.approx(min(total(costs, way) for way in all_ways(costs)))


def scattered(rng: random.Random, blocks: list[Costs]) -> Costs:
    """Return the blocks as one matrix, where no two share a row or column, all of them mixed."""
    rows: Costs = []
    width = sum(len(block[0]) for block in blocks)
    columns = rng.sample(range(width), width)
    for block in blocks:
        own, columns = columns[: len(block[0])], columns[len(block[0]) :]
        for costs in block:
            at = dict(zip(own, costs, strict=True))
            rows.append([at.get(column) for column in range(width)])
    return rng.sample(rows, len(rows))


@pytest.mark.parametrize("seed", range(5))
def test_groups_with_nothing_in_common_cost_together_what_they_cost_alone(seed: int) -> None:
    rng = random.Random(seed)
    blocks: list[Costs] = [
        [[rng.choice([None, rng.uniform(0, 3)]) for _ in range(3)] for _ in range(rng.randint(1, 3))]
        for _ in range(20)
    ]
    costs = scattered(rng, blocks)
    found = assigned(costs, ALONE)
    least = sum(min(total(block, way) for way in all_ways(block)) for block in blocks)
    assert is_possible(costs, found)
    assert total(costs, found) == pytest.approx(least)


def test_the_nearest_pair_is_given_up_where_the_whole_is_cheaper() -> None:
    assert assigned([[0.1, 0.2], [0.2, 3.0]], ALONE) == [1, 0]


def test_a_row_with_no_column_stays_alone() -> None:
    assert assigned([[None, None], [1.0, None]], ALONE) == [None, 0]


@pytest.mark.parametrize(("costs", "found"), [([], []), ([[], []], [None, None])])
def test_where_there_is_nothing_everything_stays_alone(costs: Costs, found: list[int | None]) -> None:
    assert assigned(costs, ALONE) == found
