"""From the command to the first frame, and from the signal to the end."""

import signal
import time
from dataclasses import dataclass

import psutil

from benchmarks.pipeline import END_WITHIN_S, NoMeasurement, Setup, alive, starting

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class StartReport:
    """Seconds from the command to its URL and to the first annotated frame; from the signal to the end."""

    signal: str
    url_s: float
    first_frame_s: float
    end_s: float
    exit_code: int
    processes_left: int


def measure(setup: Setup, number: signal.Signals) -> StartReport:
    """Start the pipeline, and end it with a signal.

    Raises:
        NoMeasurement: it does not start, or does not end.
    """
    began = time.monotonic()
    with starting(setup) as pipeline:
        pipeline.await_url()
        url_s = time.monotonic() - began
        pipeline.await_frame()
        first_frame_s = time.monotonic() - began
        family = pipeline.family()
        told = time.monotonic()
        pipeline.up.send_signal(number)
        try:
            code = pipeline.up.wait(END_WITHIN_S)
        except psutil.TimeoutExpired as error:
            raise NoMeasurement(f"{number.name} does not end it within {END_WITHIN_S:.0f} s") from error
        end_s = time.monotonic() - told
        left = sum(map(alive, family))
    return StartReport(
        number.name, round(url_s, 2), round(first_frame_s, 2), round(end_s, 2), int(code or 0), left
    )
