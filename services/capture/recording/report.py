"""What became of a video that was read to its end."""

from dataclasses import dataclass

from services.capture.recording.reader import Reader
from services.capture.recording.timeline import SECOND


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a video that was read.

    Attributes:
        frames: that it holds, those that could not be decoded among them.
        offered: to the workers, by this run.
        undecodable: frames that could not be decoded.
        damaged: frames that were decoded from damaged data, or without a frame that they build upon.
        missing: frames that lack in gaps of a steady rate: lost with the container's data, or never taken.
        retimed: frames without a time of their own, or with one that was not above the one before.
        duration_s: from the first frame to the end of the last.
        fps: the mean rate.
        variable: whether the times between its frames differ.
        longest_gap_s: between two neighbouring frames.
        ended_early: why not all of the video could be read; empty where it could.
    """

    frames: int
    offered: int
    undecodable: int
    damaged: int
    missing: int
    retimed: int
    duration_s: float
    fps: float
    variable: bool
    longest_gap_s: float
    ended_early: str


def report(reader: Reader, offered: int) -> Report:
    """Return what became of a video that `reader` has read to its end."""
    times = reader.timeline
    duration_s = times.duration_ns / SECOND
    return Report(
        frames=reader.frames,
        offered=offered,
        undecodable=reader.undecodable,
        damaged=reader.damaged,
        missing=times.missing,
        retimed=times.retimed,
        duration_s=duration_s,
        fps=round(reader.frames / duration_s, 6),
        variable=times.variable,
        longest_gap_s=times.longest_gap_ns / SECOND,
        ended_early=reader.ended_early,
    )
