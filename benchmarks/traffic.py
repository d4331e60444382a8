"""One run of the real pipeline: frames a second, their age, and the CPU of every process."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.feed import Part
from benchmarks.figures import Summary, summary
from benchmarks.machine import busy_s
from benchmarks.pipeline import CAMERA, Pipeline, Setup, running
from benchmarks.roles import Meter, difference
from benchmarks.watching import enough, rate, watched
from shared.broker import Broker
from shared.counters import Account, read_account


@dataclass(frozen=True, slots=True)
class Reading:
    """Where everything stands at one moment.

    Attributes:
        at: monotonic seconds.
        cpu_s: CPU seconds that each role has used.
        own_s: CPU seconds that this process, the viewer, has used.
        busy_s: core seconds in which this machine did anything.
        account: of the camera's frames.
    """

    at: float
    cpu_s: Mapping[str, float]
    own_s: float
    busy_s: float
    account: Account


@dataclass(frozen=True, slots=True)
class Usage:
    """What happened between two readings.

    Attributes:
        seconds: how long it took.
        captured_fps: frames a second that capture published.
        published_fps: results a second that workers published.
        lost: frames by the cause of their loss, where there were any.
        cpu_ms_a_frame: CPU milliseconds of each role for every published result.
        cpu_ms_in_all: their sum.
        cores: by role, how many cores it kept busy; `viewer` is this process, `elsewhere` what is not ours.
    """

    seconds: float
    captured_fps: float
    published_fps: float
    lost: Mapping[str, int]
    cpu_ms_a_frame: Mapping[str, float]
    cpu_ms_in_all: float
    cores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one run showed.

    Attributes:
        source: what the camera was.
        workers: how many.
        shown_fps: frames a second at the viewer.
        age_ms: how old they were when they had arrived there.
        age_by: what tells their age: `pixels` or `headers`.
        usage: of the processes.
    """

    source: str
    workers: int
    shown_fps: float
    age_ms: Summary
    age_by: str
    usage: Usage


class Observer:
    """Takes readings of a running pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._broker = Broker(pipeline.broker_url(), name="mien-benchmark")
        self._meter = Meter(pipeline.family())

    def read(self) -> Reading:
        """Return where everything stands.

        Raises:
            NoMeasurement: a process has ended.
            BrokerError: the broker is away.
        """
        account = read_account(self._broker, CAMERA)
        return Reading(time.monotonic(), self._meter.cpu_s(), time.process_time(), busy_s(), account)

    def close(self) -> None:
        """Hang up."""
        self._broker.close()


@contextmanager
def observing(pipeline: Pipeline) -> Iterator[Observer]:
    """Observe a pipeline for a while."""
    observer = Observer(pipeline)
    try:
        yield observer
    finally:
        observer.close()


def measure(setup: Setup, name: str, seconds: float, warm_up_s: float) -> Traffic:
    """Run the pipeline with one viewer for so many seconds, after others; the source is called `name`.

    Raises:
        NoMeasurement: it does not start or shows too little.
        BrokerError: its broker is away.
    """
    with running(setup) as pipeline, pipeline.feed() as feed, observing(pipeline) as observer:
        for _ in feed.frames(warm_up_s):
            pass
        before = observer.read()
        parts = list(feed.frames(seconds))
        used = usage(before, observer.read())
    return _traffic(setup, name, enough(parts, seconds), used)


def _traffic(setup: Setup, name: str, parts: Sequence[Part], used: Usage) -> Traffic:
    seen = watched(parts, setup.source)
    return Traffic(name, setup.workers, round(rate(parts), 2), summary(seen.ages_ms, digits=1), seen.by, used)


def usage(before: Reading, after: Reading) -> Usage:
    """Return what happened between two readings."""
    seconds = after.at - before.at
    published = after.account.published - before.account.published
    cpu_s = difference(before.cpu_s, after.cpu_s)
    own_s = after.own_s - before.own_s
    elsewhere_s = max(0.0, after.busy_s - before.busy_s - sum(cpu_s.values()) - own_s)
    a_frame = {role: round(1000 * used / max(1, published), 2) for role, used in cpu_s.items()}
    in_all = {**cpu_s, "viewer": own_s, "elsewhere": elsewhere_s}
    return Usage(
        seconds=round(seconds, 2),
        captured_fps=round((after.account.captured - before.account.captured) / seconds, 2),
        published_fps=round(published / seconds, 2),
        lost=_lost(before.account, after.account),
        cpu_ms_a_frame=a_frame,
        cpu_ms_in_all=round(1000 * sum(cpu_s.values()) / max(1, published), 2),
        cores={role: round(used / seconds, 3) for role, used in in_all.items()},
    )


def _lost(before: Account, after: Account) -> dict[str, int]:
    lost = {cause.value: after.lost[cause] - before.lost[cause] for cause in after.lost}
    return {cause: frames for cause, frames in lost.items() if frames}
