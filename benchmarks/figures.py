"""Numbers that sum up many: means and percentiles."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

HUNDRED = 100


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent do not exceed, linear between neighbours.

    Raises:
        ValueError: there are no values, or the percentage is not between 0 and 100.
    """
    if not values or not 0 <= percent <= HUNDRED:
        raise ValueError(f"no {percent:g}th percentile of {len(values)} values")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / HUNDRED
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True, slots=True)
class Summary:
    """What many values come to.

    Attributes:
        n: how many.
        mean: of all.
        p50: the median.
        p95: what 95 % do not exceed.
        most: the largest.
    """

    n: int
    mean: float
    p50: float
    p95: float
    most: float


def summary(values: Sequence[float], digits: int = 3) -> Summary:
    """Sum values up, rounded.

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("no values to sum up")
    figures = (statistics.fmean(values), percentile(values, 50), percentile(values, 95), max(values))
    mean, p50, p95, most = (round(figure, digits) for figure in figures)
    return Summary(len(values), mean, p50, p95, most)
