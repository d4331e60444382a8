"""Each awkward video file is read whole, every frame at its time, or refused with one line that says why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.capture.recording.pictures import Pictures
from services.capture.recording.reader import Reader
from services.inference.pictures import decode_jpeg
from services.local.embedded import EmbeddedBroker
from shared.entities import Cause
from shared.errors import EntryError
from shared.recorded import RecordedFrame, RecordedResult, RecordingEnd, decode_recorded
from shared.recordings import RecordingStreams, new_recording_id
from tests.brokers import connected
from tests.e2e.awkward import AWKWARD, Awkward
from tests.e2e.processes import ROOT, clean_environment

READ = [case for case in AWKWARD if case.frames]
REFUSED = [case for case in AWKWARD if case.refused]

FEWEST = 10
"""Frames that can be read of whatever was cut off or damaged here."""


def named(case: Awkward) -> str:
    return case.name.splitlines()[0]


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    with EmbeddedBroker() as embedded:
        yield embedded.url


@dataclass
class Publishing:
    """What a publisher did, read as a worker and a collector would."""

    frames: dict[int, RecordedFrame] = field(default_factory=dict)
    results: dict[int, RecordedResult] = field(default_factory=dict)
    end: RecordingEnd | None = None
    report: dict[str, Any] = field(default_factory=dict)
    code: int = 0
    said: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Of the last frame."""
        last = self.results[max(self.results)]
        return last.width, last.height

    @property
    def undecodable(self) -> list[int]:
        return [index for index, result in self.results.items() if result.failure]


def publish(path: Path, url: str, *options: str) -> Publishing:
    """Run the publisher of a video, and take and collect what it offers until it ends."""
    streams = RecordingStreams(connected(url), new_recording_id())
    command = [sys.executable, "-m", "services.capture.recording", "--id", streams.recording, *options]
    process = subprocess.Popen(
        [*command, "--", str(path)],
        cwd=ROOT,
        env=clean_environment(MIEN_REDIS_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen = Publishing()
    while process.poll() is None or streams.account().waiting:
        work(streams, seen)
        collect(streams, seen)
    collect(streams, seen)
    out, seen.said = process.communicate()
    seen.code, seen.report = process.returncode, json.loads(out) if out else {}
    return seen


def work(streams: RecordingStreams, seen: Publishing) -> None:
    """Do all frames that wait."""
    while (taken := streams.take("worker")) is not None:
        try:
            frame = decode_recorded(taken.fields)
        except EntryError:
            assert streams.refuse(taken, Cause.UNDECODABLE)
        else:
            seen.frames[frame.index] = frame
            assert decode_jpeg(frame.jpeg).shape == (frame.height, frame.width, 3)
            assert streams.deliver(taken, b"{}")


def collect(streams: RecordingStreams, seen: Publishing) -> None:
    """Collect all results that there are."""
    for collected in streams.collect(block_ms=5):
        streams.forget([collected.id])
        if isinstance(collected.result, RecordingEnd):
            seen.end = collected.result
        else:
            seen.results[collected.result.index] = collected.result


@pytest.mark.parametrize("case", READ, ids=named)
def test_it_is_read_whole(case: Awkward, tmp_path: Path, broker_url: str) -> None:
    path = tmp_path / case.name
    case.make(path)
    seen = publish(path, broker_url)

    assert seen.code == 0, seen.said
    frames = seen.report["frames"]
    assert FEWEST <= frames <= case.frames if case.broken or case.ends_early else frames == case.frames
    assert sorted(seen.results) == list(range(frames))
    assert seen.report["offered"] == frames
    assert len(seen.undecodable) == seen.report["undecodable"]
    flaws = sum(seen.report[flaw] for flaw in ("undecodable", "damaged", "missing"))
    assert bool(flaws) == case.broken
    assert seen.size == case.size
    assert seen.end == RecordingEnd(frames, seen.report["ended_early"])
    assert seen.report["ended_early"].startswith("the file ends ") == case.ends_early
    check_times([seen.results[index].t for index in range(frames)])
    if not (case.broken or case.ends_early or seen.report["retimed"]):
        check_told(path, [seen.results[index].t for index in range(frames)])


def check_times(times: list[int]) -> None:
    """Check that they begin at 0 and rise."""
    assert times[0] == 0
    assert all(before < after for before, after in pairwise(times))


def check_told(path: Path, times: list[int]) -> None:
    """Check that times are those that FFprobe tells, which rounds to microseconds."""
    told = ffprobe_times(path)
    assert len(told) == len(times)
    assert all(
        abs(Fraction(ours, 10**9) - its) < Fraction(2, 10**6) for ours, its in zip(times, told, strict=True)
    )


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_it_is_refused_in_one_line_that_names_it_and_says_why(
    case: Awkward, tmp_path: Path, broker_url: str
) -> None:
    case.make(tmp_path / case.name)
    seen = publish(tmp_path / case.name, broker_url)

    assert seen.code == 2
    [line] = seen.said.splitlines()
    assert line.startswith(f"mien recording: video {str(tmp_path / case.name)!r}: {case.refused}")
    assert seen.results == {}
    assert seen.end is None


def ffprobe_times(path: Path) -> list[Fraction]:
    """Return the frames' times from the first on, in seconds, as FFprobe tells them; 0 where it does not."""
    entries = ["-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", "-of", "json"]
    command = ["ffprobe", "-v", "quiet", *entries, f"file:{path}"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["frames"]
    times = [Fraction(frame.get("best_effort_timestamp_time", 0)) for frame in told]
    return [time - times[0] for time in times]


@pytest.mark.parametrize(
    "name", ["turned-right.mp4", "turned-left.mov", "mirrored-and-turned.mp4", "grey.mp4"]
)
def test_it_is_shown_as_ffmpeg_shows_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    next(case for case in AWKWARD if case.name == name).make(path)
    with Reader(path) as reader:
        ours = Pictures().picture(next(iter(reader)))

    assert ours is not None
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-frames:v", "1", "-f", "rawvideo"]
    theirs = subprocess.run([*command, "-pix_fmt", "bgr24", "-"], check=True, capture_output=True).stdout
    difference = ours.astype(int) - np.frombuffer(theirs, np.uint8).reshape(ours.shape)
    assert np.abs(difference).mean() < 3


def test_it_goes_on_from_any_frame_with_the_same_frames(tmp_path: Path, broker_url: str) -> None:
    path = tmp_path / "damaged.mp4"
    next(case for case in AWKWARD if case.name == path.name).make(path)
    whole, rest = publish(path, broker_url), publish(path, broker_url, "--from", "25", "--every", "5")

    assert sorted(rest.results) == list(range(25, 60, 5))
    assert rest.frames == {index: frame for index, frame in whole.frames.items() if index in rest.results}
    assert rest.undecodable == [index for index in whole.undecodable if index in rest.results]
    assert rest.report == {**whole.report, "offered": 7}
