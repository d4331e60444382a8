"""What a viewer saw: by the pixels of `test:`, which hold number and time; by headers with another source."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.feed import Part
from benchmarks.pipeline import NoMeasurement
from services.capture.pattern import Stamp, read_back
from services.inference.pictures import decode_jpeg
from shared.errors import PictureError

FEWEST = 2
"""A rate, a gap and a quantile need two frames."""


TEST = "test:"


@dataclass(frozen=True, slots=True)
class Watched:
    """Frames, one value each.

    Attributes:
        numbers: which frame it is.
        ages_ms: how long ago it was captured when it was read, in milliseconds.
        by: what tells: `pixels`, which hold the moment of drawing, or `headers`.
    """

    numbers: Sequence[int]
    ages_ms: Sequence[float]
    by: str


def watched(parts: Sequence[Part], source: str) -> Watched:
    """Return the numbers and ages of the frames of a source.

    Raises:
        NoMeasurement: it is `test:`, and a frame's pixels cannot be read.
    """
    if not source.startswith(TEST):
        return Watched([part.seq for part in parts], [part.age_ms for part in parts], "headers")
    try:
        drawn = stamps(parts)
    except PictureError as error:
        raise NoMeasurement(f"source {source}: {error}") from error
    return Watched([stamp.seq for stamp in drawn], ages_ms(parts, drawn), "pixels")


def enough(parts: Sequence[Part], seconds: float) -> Sequence[Part]:
    """Return the frames, if they can be summed up.

    Raises:
        NoMeasurement: they are too few.
    """
    if len(parts) < FEWEST:
        raise NoMeasurement(f"{len(parts)} frames in {seconds:.1f} s: too few to measure")
    return parts


def stamps(parts: Sequence[Part]) -> list[Stamp]:
    """Read the number and the time back from each frame's pixels."""
    return [read_back(decode_jpeg(part.jpeg)) for part in parts]


def ages_ms(parts: Sequence[Part], drawn: Sequence[Stamp]) -> list[float]:
    """Return how long ago each frame was drawn when it was read, in milliseconds."""
    return [(part.read_ns - stamp.unix_ns) / 1e6 for part, stamp in zip(parts, drawn, strict=True)]


def rate(parts: Sequence[Part]) -> float:
    """Return the frames a second between the first and the last one."""
    return 1e9 * (len(parts) - 1) / (parts[-1].read_ns - parts[0].read_ns)


def longest_gap_ms(times_ns: Sequence[int]) -> float:
    """Return the longest time between two neighbours, in milliseconds."""
    return max(b - a for a, b in itertools.pairwise(times_ns)) / 1e6
