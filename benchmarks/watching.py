"""What a viewer of `test:` saw, by the numbers and the times in the pixels."""

import itertools
import statistics
from collections.abc import Sequence

from benchmarks.feed import Part
from benchmarks.pipeline import NoMeasurement
from services.capture.pattern import Stamp, read_back
from services.inference.pictures import decode_jpeg

FEWEST = 2
"""A rate, a gap and a quantile need two frames."""


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


def percentile_95(values: Sequence[float]) -> float:
    """Return the value that 95 % do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
