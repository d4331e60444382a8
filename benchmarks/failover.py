"""How long a viewer's picture stands still when workers or the broker are killed."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Timer

import psutil

from benchmarks.pipeline import NoMeasurement, Pipeline, Setup, alive, running
from benchmarks.watching import enough, longest_gap_ms

WORKER = "services.inference"
BROKER = "valkey-server"
KILL_AFTER_S = 1.0
BACK_WITHIN_S = 15.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class FailoverReport:
    """What the viewer of one feed, which it never opened again, saw of a crash.

    Attributes:
        killed: what was killed.
        gap_ms: the longest time without a new frame.
        frames_after: how many came after the crash.
        feed_ended: whether the viewer would have had to reload.
    """

    killed: str
    gap_ms: float
    frames_after: int
    feed_ended: bool


def measure(setup: Setup, seconds: float) -> Iterator[FailoverReport]:
    """Kill one worker, all workers, the broker; yield a report after each.

    Raises:
        NoMeasurement: the pipeline does not start, shows too little or does not come back.
    """
    with running(setup) as pipeline:
        cases = {"one worker": (WORKER, 1), "all workers": (WORKER, setup.workers), "the broker": (BROKER, 1)}
        for name, (word, number) in cases.items():
            victims = pipeline.family(word)
            yield crash(pipeline, name, victims[:number], seconds)
            await_number(pipeline, word, len(victims))


def crash(pipeline: Pipeline, name: str, victims: Sequence[psutil.Process], seconds: float) -> FailoverReport:
    """Watch the feed for so many seconds, in which processes are killed."""
    with pipeline.feed() as feed:
        next(feed.frames())
        killed_ns: list[int] = []

        def kill() -> None:
            killed_ns.append(time.time_ns())
            for victim in victims:
                victim.kill()

        timer = Timer(KILL_AFTER_S, kill)
        timer.start()
        began = time.monotonic()
        times = [part.read_ns for part in enough(list(feed.frames(seconds)), seconds)]
        ended = time.monotonic() - began < seconds
        timer.join()
    after = [read_ns for read_ns in times if read_ns > killed_ns[0]]
    # The time since the last frame counts as well: it may have been the last of all.
    return FailoverReport(name, round(longest_gap_ms([*times, time.time_ns()]), 1), len(after), ended)


def await_number(pipeline: Pipeline, word: str, number: int) -> None:
    """Wait until so many of these processes run again.

    Raises:
        NoMeasurement: they do not.
    """
    deadline = time.monotonic() + BACK_WITHIN_S
    while sum(map(alive, pipeline.family(word))) < number:
        if time.monotonic() > deadline:
            raise NoMeasurement(f"{word}: not {number} again within {BACK_WITHIN_S:.0f} s")
        time.sleep(LOOK_EVERY_S)
