"""What a second worker brings, and what it could have brought on this many cores."""

from dataclasses import dataclass, replace

from benchmarks.machine import core_count
from benchmarks.pipeline import NoMeasurement, Setup
from benchmarks.roles import workers_of
from benchmarks.traffic import Traffic, measure

OUTSIDERS = ("elsewhere",)
"""Not of the pipeline and its viewer: what they use is a disturbance, no reason to have a lower ceiling."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """One worker beside two, with a camera faster than either can follow.

    Attributes:
        one: the run with one worker.
        two: the run with two.
        worker_ms: CPU milliseconds that a frame costs the one worker.
        cores: how many there are.
        others: how many of them capture, web, broker, launcher and viewer kept busy beside two workers.
        twice_fps: two times what one worker published.
        ceiling_fps: what two workers can publish at most on the cores that the others leave them.
        share_of_twice: what they published, of twice one worker.
        share_of_reachable: the same, of the lesser of twice one worker and the ceiling.
    """

    one: Traffic
    two: Traffic
    worker_ms: float
    cores: int
    others: float
    twice_fps: float
    ceiling_fps: float
    share_of_twice: float
    share_of_reachable: float


def run(setup: Setup, name: str, seconds: float, warm_up_s: float) -> Scaling:
    """Run the pipeline with one worker, then with two; its source is called `name`.

    Raises:
        NoMeasurement: it does not start or shows too little.
    """
    one, two = (measure(replace(setup, workers=number), name, seconds, warm_up_s) for number in (1, 2))
    return compare(one, two, core_count())


def compare(one: Traffic, two: Traffic, cores: int) -> Scaling:
    """Return what the second worker brought on so many cores.

    Raises:
        NoMeasurement: one worker published nothing or used no CPU that could be seen, or the others left two
            workers no time at all.
    """
    worker_ms = workers_of(one.usage.cpu_ms_a_frame)
    if not (worker_ms and one.usage.published_fps):
        raise NoMeasurement(
            f"one worker published {one.usage.published_fps} fps at {worker_ms} ms: too little"
        )
    ours = {role: used for role, used in two.usage.cores.items() if role not in OUTSIDERS}
    others = sum(ours.values()) - workers_of(ours)
    twice = 2 * one.usage.published_fps
    most = ceiling_fps(cores, others, worker_ms)
    if not most:
        raise NoMeasurement(f"the others kept {others:.2f} of {cores} cores busy: two workers had no time")
    published = two.usage.published_fps
    return Scaling(
        one=one,
        two=two,
        worker_ms=round(worker_ms, 2),
        cores=cores,
        others=round(others, 3),
        twice_fps=round(twice, 2),
        ceiling_fps=round(most, 2),
        share_of_twice=round(published / twice, 3),
        share_of_reachable=round(published / min(twice, most), 3),
    )


def ceiling_fps(cores: float, others: float, worker_ms: float) -> float:
    """Return the frames a second for which the cores that others leave have the time.

    Args:
        cores: how many there are.
        others: how many of them others keep busy.
        worker_ms: CPU milliseconds of a worker for a frame, above 0.
    """
    return max(0.0, cores - others) * 1000 / worker_ms
