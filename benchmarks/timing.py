"""What a piece of work costs: on the clock, and of the processor."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.figures import Summary, summary

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

NS_A_MS = 1e6


@dataclass(slots=True)
class Times:
    """Milliseconds of each time that a piece of work was done.

    Attributes:
        wall_ms: on the clock.
        cpu_ms: of all threads of this process: on a machine that does other things too, the honest cost.
    """

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[Item], Outcome], item: Item) -> Outcome:
        """Do the work for an item, note what it took, return what it returned."""
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        outcome = work(item)
        wall_after, cpu_after = time.perf_counter_ns(), time.process_time_ns()
        self.wall_ms.append((wall_after - wall) / NS_A_MS)
        self.cpu_ms.append((cpu_after - cpu) / NS_A_MS)
        return outcome


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work costs, in milliseconds a frame, on the clock and of the processor."""

    wall_ms: Summary
    cpu_ms: Summary


def cost(times: Times) -> Cost:
    """Sum up.

    Raises:
        ValueError: nothing was measured.
    """
    return Cost(summary(times.wall_ms), summary(times.cpu_ms))


def cost_of(work: Callable[[Item], object], items: Iterable[Item]) -> Cost:
    """Do the work for each item and sum up what it took; the first item once more, ahead, unmeasured.

    Raises:
        ValueError: there are no items.
    """
    times = Times()
    for number, item in enumerate(items):
        if number == 0:
            work(item)
        times.measure(work, item)
    return cost(times)
