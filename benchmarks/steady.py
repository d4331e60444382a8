"""Frames a second, their age and the CPU that they take, while nothing happens."""

import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from benchmarks.feed import Part
from benchmarks.pipeline import NoMeasurement, Setup, running
from benchmarks.watching import ages_ms, enough, longest_gap_ms, percentile_95, rate, stamps

WARM_UP_S = 3.0


@dataclass(frozen=True, slots=True)
class SteadyReport:
    """What one run showed; ages by the time in the pixels, CPU of all processes together."""

    workers: int
    seconds: float
    fps: float
    rising: bool
    shown_twice: int
    age_median_ms: float
    age_p95_ms: float
    longest_gap_ms: float
    cpu_ms_a_frame: float


def measure(setup: Setup, seconds: float) -> SteadyReport:
    """Run the pipeline on `test:`, watch it, end it.

    Raises:
        NoMeasurement: it does not start or shows too little.
    """
    with running(setup) as pipeline, pipeline.feed() as feed:
        for _ in feed.frames(WARM_UP_S):
            pass
        family = pipeline.family()
        cpu_before, began = cpu_s(family), time.monotonic()
        parts = list(feed.frames(seconds))
        took, cpu = time.monotonic() - began, cpu_s(family) - cpu_before
    return report(enough(parts, took), workers=setup.workers, took=took, cpu=cpu)


def report(parts: Sequence[Part], *, workers: int, took: float, cpu: float) -> SteadyReport:
    """Sum up what a viewer saw in `took` seconds, for `cpu` seconds of CPU."""
    drawn = stamps(parts)
    numbers = [stamp.seq for stamp in drawn]
    ages = ages_ms(parts, drawn)
    return SteadyReport(
        workers=workers,
        seconds=round(took, 1),
        fps=round(rate(parts), 2),
        rising=all(a < b for a, b in itertools.pairwise(numbers)),
        shown_twice=len(numbers) - len(set(numbers)),
        age_median_ms=round(statistics.median(ages), 1),
        age_p95_ms=round(percentile_95(ages), 1),
        longest_gap_ms=round(longest_gap_ms([part.read_ns for part in parts]), 1),
        cpu_ms_a_frame=round(1000 * cpu / len(parts), 1),
    )


def cpu_s(family: Sequence[psutil.Process]) -> float:
    """Return the CPU seconds that processes have used.

    Raises:
        NoMeasurement: one of them is gone, so that the sum would be wrong.
    """
    try:
        times = [process.cpu_times() for process in family]
    except psutil.NoSuchProcess as error:
        raise NoMeasurement(f"a process of the pipeline ended meanwhile: {error}") from error
    return sum(float(used.user + used.system) for used in times)
