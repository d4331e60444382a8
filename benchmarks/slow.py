"""A viewer that takes half of what is offered, and one that stops reading."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.asking import cameras
from benchmarks.feed import FeedReader, Part
from benchmarks.pipeline import CAMERA, Pipeline, Setup, running
from benchmarks.watching import enough, rate, watched

DROPPED_WITHIN_S = 15.0
LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class SlowReport:
    """What a normal viewer, one at half the rate and one that stopped reading went through.

    Attributes:
        fps_before: of the normal viewer alone.
        fps_while: of the normal viewer, while the other had stopped and until it was dropped.
        dropped_after_s: after its last read; None where that took too long.
        half_fps: of the viewer that takes half of what is offered.
        half_age_median_ms: of the frames that it saw, by their pixels or headers.
        half_age_max_ms: of the oldest one.
    """

    fps_before: float
    fps_while: float
    dropped_after_s: float | None
    half_fps: float
    half_age_median_ms: float
    half_age_max_ms: float


def measure(setup: Setup, seconds: float) -> SlowReport:
    """Run the pipeline and watch it in three ways.

    Raises:
        NoMeasurement: it does not start or shows too little.
    """
    with running(setup) as pipeline, pipeline.feed() as feed:
        before = enough(list(feed.frames(seconds)), seconds)
        fps = rate(before)
        feed.close()
        dropped_after_s, meanwhile = stop_reading(pipeline)
        half = enough(list(paced(pipeline, fps / 2, seconds)), seconds)
    ages = watched(half, setup.source).ages_ms
    return SlowReport(
        fps_before=round(fps, 2),
        fps_while=round(rate(enough(meanwhile, DROPPED_WITHIN_S)), 2),
        dropped_after_s=None if dropped_after_s is None else round(dropped_after_s, 1),
        half_fps=round(rate(half), 2),
        half_age_median_ms=round(statistics.median(ages), 1),
        half_age_max_ms=round(max(ages), 1),
    )


def stop_reading(pipeline: Pipeline) -> tuple[float | None, list[Part]]:
    """Let one viewer read on and another stop; return when that one was dropped, and what the first saw."""
    with pipeline.feed() as feed, pipeline.feed() as stopped, ThreadPoolExecutor(1) as pool:
        next(stopped.frames())
        began = time.monotonic()
        dropped = pool.submit(seconds_until_dropped, pipeline, began)
        parts = read_until(feed, dropped.done)
        return dropped.result(), parts


def read_until(feed: FeedReader, done: Callable[[], bool]) -> list[Part]:
    """Return the frames of a feed until `done`."""
    parts = []
    for part in feed.frames():
        parts.append(part)
        if done():
            break
    return parts


def seconds_until_dropped(pipeline: Pipeline, began: float) -> float | None:
    """Wait until web has counted both viewers, and then until one is left; None where that takes too long."""
    counted = False
    while (passed := time.monotonic() - began) < DROPPED_WITHIN_S:
        number = viewers(pipeline)
        counted = counted or number > 1
        if counted and number == 1:
            return passed
        time.sleep(LOOK_EVERY_S)
    return None


def viewers(pipeline: Pipeline) -> int:
    """Return how many viewers web has for the camera."""
    return int(next(camera["viewers"] for camera in cameras(pipeline) if camera["id"] == CAMERA))


def paced(pipeline: Pipeline, fps: float, seconds: float) -> Iterator[Part]:
    """Yield the frames that a viewer sees which reads no more than so many a second."""
    with pipeline.feed() as feed:
        due = time.monotonic()
        for part in feed.frames(seconds):
            yield part
            due += 1 / fps
            time.sleep(max(0.0, due - time.monotonic()))
