"""What the figures are held against."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Any]
"""What a run of the benchmark has written, or a part of it."""

ONE_FACE = "one face"


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, and what it should be.

    Attributes:
        name: of the figure.
        limit: what it should be at most, or at least.
        at_least: which of both.
        unit: of both numbers.
        figure: takes it out of the results' parts.
    """

    name: str
    limit: float
    at_least: bool
    unit: str
    figure: Callable[[Results], float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal, and how it was met.

    Attributes:
        name: of the figure.
        measured: what it is.
        limit: what it should be.
        at_least: whether the limit is the least; else it is the most.
        unit: of both numbers.
        met: whether it is that.
    """

    name: str
    measured: float
    limit: float
    at_least: bool
    unit: str
    met: bool


def _processor_ms(parts: Results, figure: str) -> float:
    return float(parts["processor"]["mien"]["cpu_ms"][figure])


def _centerface(parts: Results) -> float:
    ratio = parts["processor"]["centerface_ratio"]
    if ratio is None:
        raise LookupError("CenterFace is not installed")
    return float(ratio)


def _passed_on(parts: Results) -> float:
    return min(float(row["ratio"]) for row in parts["capture"]["rows"])


def _live_ms(parts: Results) -> float:
    runs = parts["pipeline"]["runs"]
    one = next(run for run in runs if run["source"] == ONE_FACE and run["workers"] == 1)
    return float(one["usage"]["cpu_ms_in_all"])


def _reached(parts: Results) -> float:
    return float(parts["scaling"]["share_of_reachable"])


def _recording(parts: Results) -> float:
    return float(parts["recordings"]["share_of_reachable"])


def _largest(parts: Results) -> Results:
    row: Results = parts["viewers"]["rows"][-1]
    return row


def _of_a_single_viewer(parts: Results) -> float:
    single = parts["viewers"]["rows"][0]["seen"]["fps"]["p50"]
    return float(_largest(parts)["seen"]["fps"]["p50"]) / float(single)


def _dropped_s(parts: Results) -> float:
    after = parts["viewers"]["stopped"]["slowest_drop_s"]
    return float("inf") if after is None else float(after)


GOALS = (
    Goal("processor: mean CPU of a frame", 8, False, "ms", lambda parts: _processor_ms(parts, "mean")),
    Goal("processor: 95th percentile", 22, False, "ms", lambda parts: _processor_ms(parts, "p95")),
    Goal("original loop / processor", 12, True, "times", lambda parts: parts["processor"]["ratio"]),
    Goal("with CenterFace / with the cascade", 1.3, False, "times", _centerface),
    Goal("capture decoding / passing on, each size", 5, True, "times", _passed_on),
    Goal("live, all processes: CPU of a frame", 14, False, "ms", _live_ms),
    Goal("two workers, of what they can reach", 0.9, True, "", _reached),
    Goal("recording, two workers, of what they can reach", 0.9, True, "", _recording),
    Goal("most viewers: median rate / a single viewer's", 0.8, True, "", _of_a_single_viewer),
    Goal("most viewers: web", 1, False, "cores", lambda parts: _largest(parts)["usage"]["cores"]["web"]),
    Goal("most viewers: list of cameras, p95", 100, False, "ms", lambda p: _largest(p)["answers_ms"]["p95"]),
    Goal("most viewers: readers of the broker", 1, False, "", lambda p: _largest(p)["broker_readers"]),
    Goal(
        "one that stops reading: others' rate", 0.05, False, "", lambda p: p["viewers"]["stopped"]["change"]
    ),
    Goal("one that stops reading: dropped within", 10, False, "s", _dropped_s),
)


def verdicts(parts: Results) -> Iterator[Verdict]:
    """Yield how each goal is met whose part was measured."""
    for goal in GOALS:
        try:
            measured = float(goal.figure(parts))
        except (LookupError, StopIteration):
            continue
        met = measured >= goal.limit if goal.at_least else measured <= goal.limit
        yield Verdict(goal.name, measured, goal.limit, goal.at_least, goal.unit, met)
