"""One camera with few and many viewers: what each of them sees, and what serving them costs."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.audience import WARM_UP_S
from benchmarks.pipeline import NoMeasurement, Pipeline, Setup, running
from benchmarks.traffic import Usage, observing, usage

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many viewers of one camera.

    Attributes:
        seen: what they saw: `benchmarks.audience.Seen`, as a mapping.
        usage: of the processes meanwhile, with the time in which the viewers came.
    """

    seen: Mapping[str, Any]
    usage: Usage


def run(setup: Setup, numbers: Sequence[int], seconds: float) -> list[Crowd]:
    """Watch one running pipeline with so many viewers, then with so many, ...

    Raises:
        NoMeasurement: it does not start or shows nothing.
    """
    with running(setup) as pipeline:
        return [measure(pipeline, number, seconds) for number in numbers]


def measure(pipeline: Pipeline, viewers: int, seconds: float) -> Crowd:
    """Watch a pipeline with so many viewers.

    Raises:
        NoMeasurement: they see nothing.
    """
    command = [sys.executable, "-m", "benchmarks.audience", str(pipeline.port), str(viewers), str(seconds)]
    with observing(pipeline) as observer:
        before = observer.read()
        answer = _answer(command, pipeline.token, seconds + WARM_UP_S + PATIENCE_S)
        used = usage(before, observer.read())
    return Crowd(json.loads(answer), used)


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
