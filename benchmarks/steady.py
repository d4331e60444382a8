"""Frames a second, their age and the CPU that they take, while nothing happens."""

import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from benchmarks.feed import Part
from benchmarks.figures import percentile
from benchmarks.pipeline import NoMeasurement, Setup, running
from benchmarks.watching import enough, longest_gap_ms, rate, watched

WARM_UP_S = 3.0


@dataclass(frozen=True, slots=True)
class SteadyReport:
    """What one run showed; ages by pixels or headers, CPU of all processes together."""

    source: str
    workers: int
    seconds: float
    fps: float
    rising: bool
    shown_twice: int
    age_median_ms: float
    age_p95_ms: float
    age_by: str
    longest_gap_ms: float
    cpu_ms_a_frame: float


def measure(setup: Setup, seconds: float) -> SteadyReport:
    """Run the pipeline, watch it, end it.

    Raises:
        NoMeasurement: it does not start, shows too little, or shows no test picture where one is expected.
    """
    with running(setup) as pipeline, pipeline.feed() as feed:
        for _ in feed.frames(WARM_UP_S):
            pass
        family = pipeline.family()
        cpu_before, began = cpu_s(family), time.monotonic()
        parts = list(feed.frames(seconds))
        took, cpu = time.monotonic() - began, cpu_s(family) - cpu_before
    return report(enough(parts, took), setup, took=took, cpu=cpu)


def report(parts: Sequence[Part], setup: Setup, *, took: float, cpu: float) -> SteadyReport:
    """Sum up what a viewer saw in `took` seconds, for `cpu` seconds of CPU.

    Raises:
        NoMeasurement: a test picture cannot be read.
    """
    seen = watched(parts, setup.source)
    return SteadyReport(
        source=setup.source,
        workers=setup.workers,
        seconds=round(took, 1),
        fps=round(rate(parts), 2),
        rising=all(a < b for a, b in itertools.pairwise(seen.numbers)),
        shown_twice=len(seen.numbers) - len(set(seen.numbers)),
        age_median_ms=round(statistics.median(seen.ages_ms), 1),
        age_p95_ms=round(percentile(seen.ages_ms, 95), 1),
        age_by=seen.by,
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
