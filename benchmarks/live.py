"""`python -m benchmarks.live`: frames a second and their age at a viewer, through `mien up`.

The source is `test:`, whose pixels carry the frame's number and the time at which it was drawn; so what is
measured is what a viewer sees, not what headers say. CPU is of all processes of the pipeline together.
"""

import argparse
import itertools
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from benchmarks.feed import FeedReader, Part
from services.capture.pattern import Stamp, read_back
from services.inference.pictures import decode_jpeg

URL = re.compile(r"http://[\w.]+:(\d+)/\?token=([\w-]+)")
WARM_UP_S = 3.0
START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Report:
    """What one run showed; ages by the time in the pixels, in milliseconds."""

    workers: int
    seconds: float
    fps: float
    rising: bool
    shown_twice: int
    age_median_ms: float
    age_p95_ms: float
    longest_gap_ms: float
    cpu_ms_a_frame: float


def measure(workers: int, seconds: float, source: str) -> Report:
    """Run the pipeline, watch it, end it."""
    with (
        running(workers, source) as (process, port, token),
        FeedReader("127.0.0.1", port, "cam1", token) as feed,
    ):
        for _ in feed.frames(WARM_UP_S):
            pass
        family = [process, *process.children(recursive=True)]
        cpu_before = sum(map(cpu_s, family))
        begin = time.monotonic()
        parts = list(feed.frames(seconds))
        took = time.monotonic() - begin
        cpu = sum(map(cpu_s, family)) - cpu_before
    return report(parts, workers=workers, took=took, cpu=cpu)


def report(parts: Sequence[Part], *, workers: int, took: float, cpu: float) -> Report:
    """Sum up what a viewer saw."""
    stamps: list[Stamp] = [read_back(decode_jpeg(part.jpeg)) for part in parts]
    ages = [(part.read_ns - stamp.unix_ns) / 1e6 for part, stamp in zip(parts, stamps, strict=True)]
    numbers = [stamp.seq for stamp in stamps]
    gaps = [(b.read_ns - a.read_ns) / 1e6 for a, b in itertools.pairwise(parts)]
    return Report(
        workers=workers,
        seconds=round(took, 1),
        fps=round(len(parts) / took, 2),
        rising=all(a < b for a, b in itertools.pairwise(numbers)),
        shown_twice=len(numbers) - len(set(numbers)),
        age_median_ms=round(statistics.median(ages), 1),
        age_p95_ms=round(statistics.quantiles(ages, n=20)[-1], 1),
        longest_gap_ms=round(max(gaps), 1),
        cpu_ms_a_frame=round(1000 * cpu / len(parts), 1),
    )


@contextmanager
def running(workers: int, source: str) -> Iterator[tuple[psutil.Process, int, str]]:
    """Run `mien up`; yield its process, its port and its token when it can be watched."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "up.log"
        command = [sys.executable, "-m", "services.cli", "up", "--source", source, "--port", str(port)]
        with log.open("w") as sink:
            child = subprocess.Popen(  # noqa: S603  our own command
                [*command, "--workers", str(workers)],
                env={**os.environ, "XDG_STATE_HOME": folder},
                stdout=sink,
                stderr=sink,
            )
        try:
            yield psutil.Process(child.pid), port, await_token(log, port)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()


def await_token(log: Path, port: int) -> str:
    """Return the token from the printed URL, once the first frame is there.

    Raises:
        TimeoutError: it never came.
    """
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        match = URL.search(log.read_text())
        try:
            if match:
                with FeedReader("127.0.0.1", port, "cam1", match[2]) as feed:
                    next(feed.frames())
                return match[2]
        except (OSError, ValueError, StopIteration):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"no frame within {START_WITHIN_S:.0f} s:\n{log.read_text()}")


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU seconds that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 3], metavar="N")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--source", default="test:")
    options = parser.parse_args(argv)
    for workers in options.workers:
        found = measure(workers, options.seconds, options.source)
        sys.stdout.write(json.dumps(asdict(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
