"""One camera with few and many viewers: what each of them sees, and what serving them costs."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.asking import asking
from benchmarks.audience import WARM_UP_S, Size
from benchmarks.figures import Summary
from benchmarks.pipeline import NoMeasurement, Pipeline, Setup, running
from benchmarks.traffic import Usage, observing, usage

PATIENCE_S = 60.0

STOPPED_S = 10.0
"""So long a viewer that stopped reading may stay: each run with one lasts as long."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many viewers of one camera.

    Attributes:
        seen: what they saw: `benchmarks.audience.Seen`, as a mapping.
        usage: of the processes meanwhile, with the time in which the viewers came.
        answers_ms: what answers to `/api/v1/cameras` took meanwhile.
        broker_readers: the most connections of web that waited in the broker for results at one moment.
    """

    seen: Mapping[str, Any]
    usage: Usage
    answers_ms: Summary
    broker_readers: int


@dataclass(frozen=True, slots=True)
class StoppedReport:
    """What a viewer that stops reading does to others, in pairs of runs without one and with one.

    Attributes:
        others: how many.
        pairs: the others' median frames a second, without and with.
        change: the median of the pairs' relative changes.
        dropped_after_s: after so long each was dropped; None where that took longer than a run.
    """

    others: int
    pairs: Sequence[tuple[float, float]]
    change: float
    dropped_after_s: Sequence[float | None]

    @property
    def slowest_drop_s(self) -> float:
        """After how long the last one was dropped; infinite where one was not."""
        return max(float("inf") if after is None else after for after in self.dropped_after_s)


@dataclass(frozen=True, slots=True)
class Report:
    """What few and many viewers saw, and what one that stops reading did to others."""

    rows: Sequence[Crowd]
    stopped: StoppedReport

    def found(self) -> dict[str, Any]:
        """Return it, ready for JSON."""
        after = self.stopped.slowest_drop_s
        return {
            "rows": [asdict(row) for row in self.rows],
            "stopped": {**asdict(self.stopped), "slowest_drop_s": None if after == float("inf") else after},
        }


def run(setup: Setup, sizes: Sequence[Size], seconds: float, others: int, pairs: int) -> Report:
    """Watch one running pipeline with audiences of these sizes, then with one viewer that stops reading.

    Raises:
        NoMeasurement: it does not start or shows nothing.
    """
    with running(setup) as pipeline:
        rows = [measure(pipeline, size, seconds) for size in sizes]
        return Report(rows, stopped(pipeline, others, pairs))


def measure(pipeline: Pipeline, size: Size, seconds: float) -> Crowd:
    """Watch a pipeline with so many viewers and readers.

    Raises:
        NoMeasurement: they see nothing.
    """
    with observing(pipeline) as observer, asking(pipeline) as asked:
        before = observer.read()
        seen = watch(pipeline, size, seconds)
        used = usage(before, observer.read())
    return Crowd(seen, used, asked.summary(), asked.broker_readers)


def stopped(pipeline: Pipeline, others: int, pairs: int) -> StoppedReport:
    """Watch in pairs: so many viewers, then as many beside one that stops reading.

    Raises:
        NoMeasurement: they see nothing.
    """
    runs = [
        (watch(pipeline, Size(others), STOPPED_S), watch(pipeline, Size(others, 0, 1), STOPPED_S))
        for _ in range(pairs)
    ]
    rates = [(float(one["fps"]["p50"]), float(other["fps"]["p50"])) for one, other in runs]
    return StoppedReport(
        others=others,
        pairs=rates,
        change=round(statistics.median(abs(after - before) / before for before, after in rates), 4),
        dropped_after_s=[after for _, other in runs for after in other["dropped_after_s"]],
    )


def watch(pipeline: Pipeline, size: Size, seconds: float) -> Mapping[str, Any]:
    """Return what an audience saw: `benchmarks.audience.Seen`, as a mapping.

    Raises:
        NoMeasurement: it saw nothing.
    """
    words = [pipeline.port, seconds, size.viewers, size.readers, size.stopped]
    command = [sys.executable, "-m", "benchmarks.audience", *map(str, words)]
    seen: Mapping[str, Any] = json.loads(_answer(command, pipeline.token, seconds + WARM_UP_S + PATIENCE_S))
    return seen


def _answer(command: Sequence[str], token: str, within_s: float) -> str:
    try:
        audience = subprocess.run(  # noqa: S603  our own program
            command, input=token, capture_output=True, text=True, check=False, timeout=within_s
        )
    except subprocess.TimeoutExpired as error:
        raise NoMeasurement(f"the audience took more than {within_s:.0f} s") from error
    if audience.returncode != 0:
        raise NoMeasurement((audience.stderr.strip().splitlines() or ["the audience ended"])[-1])
    return audience.stdout
