"""What a second worker brings to a recorded video, and what it could have brought on this many cores."""

import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.machine import busy_s, core_count
from benchmarks.pipeline import END_WITHIN_S, LOOK_EVERY_S, NoMeasurement, environment
from benchmarks.roles import Meter, difference, workers_of

JOURNAL = "journal.jsonl"
"""Has a line for each frame that is done, and one ahead of them."""

START_WITHIN_S = 120.0
"""Four programs start one after the other; a machine that is busy takes long."""

MOST_FPS = 60
"""Frames a second that no two workers do: so long the video must be for all of a measurement."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where everything stands at one moment.

    Attributes:
        at: monotonic seconds.
        done: frames whose results are on the disk.
        cpu_s: CPU seconds that each role has used.
        busy_s: core seconds in which this machine did anything.
    """

    at: float
    done: int
    cpu_s: Mapping[str, float]
    busy_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """What happened between two readings.

    Attributes:
        workers: how many.
        seconds: how long it took.
        fps: frames a second that were done.
        cpu_ms_a_frame: CPU milliseconds of each role for every frame; the launcher is who collects, too.
        worker_ms: of the workers together.
        others_ms: of all others together.
        elsewhere: how many cores were kept busy by what has nothing to do with it.
    """

    workers: int
    seconds: float
    fps: float
    cpu_ms_a_frame: Mapping[str, float]
    worker_ms: float
    others_ms: float
    elsewhere: float


@dataclass(frozen=True, slots=True)
class Recordings:
    """One worker beside two, at the same video.

    Attributes:
        one: the run with one worker.
        two: the run with two.
        cores: how many there are.
        twice_fps: two times what one worker did.
        ceiling_fps: what two workers can do at most on these cores, beside the others.
        share_of_twice: what they did, of twice one worker.
        share_of_reachable: the same, of the lesser of twice one worker and the ceiling.
    """

    one: Run
    two: Run
    cores: int
    twice_fps: float
    ceiling_fps: float
    share_of_twice: float
    share_of_reachable: float


def run(video: Path, model: Path | None, seconds: float, warm_up_s: float) -> Recordings:
    """Analyse a video with one worker, then with two.

    Raises:
        NoMeasurement: it does not start, or the video ends too soon.
    """
    one, two = (measure(video, model, workers, seconds, warm_up_s) for workers in (1, 2))
    return compare(one, two, core_count())


def measure(video: Path, model: Path | None, workers: int, seconds: float, warm_up_s: float) -> Run:
    """Analyse a video with so many workers and look at it for so many seconds, after others.

    Raises:
        NoMeasurement: it does not start, or the video ends too soon.
    """
    with analysing(video, model, workers) as (process, journal):
        _await_results(process, journal)
        time.sleep(warm_up_s)
        meter = Meter([process, *process.children(recursive=True)])
        before = _read(meter, journal)
        time.sleep(seconds)
        return between(workers, before, _read(meter, journal))


def between(workers: int, before: Reading, after: Reading) -> Run:
    """Return what happened between two readings.

    Raises:
        NoMeasurement: no frame was done.
    """
    seconds, frames = after.at - before.at, after.done - before.done
    if not frames:
        raise NoMeasurement(f"no frame of the recording was done in {seconds:.0f} s")
    cpu_s = difference(before.cpu_s, after.cpu_s)
    a_frame = {role: 1000 * used / frames for role, used in cpu_s.items()}
    worker_ms = workers_of(a_frame)
    elsewhere_s = max(0.0, after.busy_s - before.busy_s - sum(cpu_s.values()))
    return Run(
        workers=workers,
        seconds=round(seconds, 2),
        fps=round(frames / seconds, 2),
        cpu_ms_a_frame={role: round(ms, 2) for role, ms in a_frame.items()},
        worker_ms=round(worker_ms, 2),
        others_ms=round(sum(a_frame.values()) - worker_ms, 2),
        elsewhere=round(elsewhere_s / seconds, 3),
    )


def compare(one: Run, two: Run, cores: int) -> Recordings:
    """Return what the second worker brought on so many cores.

    Raises:
        NoMeasurement: one worker used no CPU that could be seen.
    """
    if not one.worker_ms:
        raise NoMeasurement("one worker used no CPU that could be seen")
    twice = 2 * one.fps
    most = ceiling_fps(cores, two.workers, one.worker_ms, two.others_ms)
    return Recordings(
        one=one,
        two=two,
        cores=cores,
        twice_fps=round(twice, 2),
        ceiling_fps=round(most, 2),
        share_of_twice=round(two.fps / twice, 3),
        share_of_reachable=round(two.fps / min(twice, most), 3),
    )


def ceiling_fps(cores: float, workers: int, worker_ms: float, others_ms: float) -> float:
    """Return the frames a second for which there is time: the cores' for all, and a worker's, who has one.

    Args:
        cores: how many there are.
        workers: how many.
        worker_ms: CPU milliseconds of a worker for a frame, above 0.
        others_ms: of everything else, for a frame.
    """
    return min(workers * 1000 / worker_ms, cores * 1000 / (worker_ms + others_ms))


@contextmanager
def analysing(video: Path, model: Path | None, workers: int) -> Iterator[tuple[psutil.Process, Path]]:
    """Start `mien analyze`; give it and its journal; end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        options = ["--out", str(out), "--workers", str(workers), str(video)]
        with (Path(folder) / "log").open("w+") as log:
            process = psutil.Popen(
                [sys.executable, "-m", "services.cli", "analyze", *options],
                env=environment(Path(folder), model),
                stdout=log,
                stderr=log,
            )
            try:
                yield process, out / JOURNAL
            except NoMeasurement as error:
                log.seek(0)
                raise NoMeasurement(f"{error}; mien analyze said: {log.read()[-500:]}") from error
            finally:
                _end(process)


def _end(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(END_WITHIN_S)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(END_WITHIN_S)


def _await_results(process: psutil.Process, journal: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while not (journal.exists() and done(journal)):
        if time.monotonic() > deadline or not process.is_running():
            raise NoMeasurement("no frame of the recording was done")
        time.sleep(LOOK_EVERY_S)


def _read(meter: Meter, journal: Path) -> Reading:
    return Reading(time.monotonic(), done(journal), meter.cpu_s(), busy_s())


def done(journal: Path) -> int:
    """Return how many frames have a line in a journal."""
    return max(0, journal.read_bytes().count(b"\n") - 1)
