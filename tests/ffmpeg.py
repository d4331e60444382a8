"""The program ffmpeg for tests, and what it has written."""

import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.brokers import lacking

SECOND = 1_000_000_000


def ffmpeg(*words: str | Path) -> None:
    """Run it; without it the test is skipped."""
    program = shutil.which("ffmpeg")
    if program is None:
        lacking("ffmpeg is not installed")
    subprocess.run([str(program), "-v", "error", "-y", *map(str, words)], check=True)


@dataclass(frozen=True)
class Written:
    """What is in a video: the times and the ends of its pictures in ns, the pictures, and its sound."""

    times: list[int]
    ends: list[int]
    pictures: list[NDArray[np.uint8]]
    codec: str
    sound: str
    sound_s: float


def written(path: Path) -> Written:
    """Read a video."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        frames = list(container.decode(video))
        codec = video.codec_context.name
    times = [nanoseconds(frame.pts, frame.time_base) for frame in frames]
    ends = [t + nanoseconds(frame.duration, frame.time_base) for t, frame in zip(times, frames, strict=True)]
    pictures = [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]
    return Written(times, ends, pictures, codec, *_sound(path))


def _sound(path: Path) -> tuple[str, float]:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return "", 0.0
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        ends = [nanoseconds((one.pts or 0) + (one.duration or 0), one.time_base) for one in packets]
        return stream.codec_context.name, max(ends) / SECOND


def nanoseconds(ticks: int | None, base: Fraction | None) -> int:
    """Return a time that a container tells."""
    assert ticks is not None
    assert base is not None
    return round(ticks * base * SECOND)
