"""A worker's whole frame beside the original program's, on the same frames, in turns.

In turns, because what else a machine does, and how warm it is, changes within a minute: so both have the
same.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.original import OriginalLoop
from benchmarks.timing import Cost, Times, cost
from benchmarks.whole import WholeFrame

TURN = 15
"""Frames that one of them handles before the other's turn."""


@dataclass(frozen=True, slots=True)
class Versus:
    """Both loops.

    Attributes:
        clip: what was seen.
        mien: what a worker's frame costs.
        original: what the original's frame costs.
        ratio: how many times more CPU the original uses, by the means.
        stages_ms: mean wall milliseconds of each stage of Mien's.
        with_face: frames in which Mien found a face.
        frames: frames in all.
        mien_ms: CPU of every frame.
        original_ms: the same.
    """

    clip: str
    mien: Cost
    original: Cost
    ratio: float
    stages_ms: Mapping[str, float]
    with_face: int
    frames: int
    mien_ms: Sequence[float]
    original_ms: Sequence[float]


def compare(
    clip: str, frames: Sequence[bytes], mien: WholeFrame, original: OriginalLoop, turn: int = TURN
) -> Versus:
    """Let both handle every frame of a clip, in turns of so many.

    Raises:
        ValueError: there are no frames.
    """
    original.handle(frames[0])  # The first time everything is slower; the worker's is part of its state.
    ours, theirs = Times(), Times()
    stages: dict[str, float] = {}
    with_face = 0
    for start in range(0, len(frames), turn):
        block = frames[start : start + turn]
        for jpeg in block:
            ours.measure(mien.handle, jpeg)
            with_face += bool(mien.faces)
            for stage, ms in mien.timings.items():
                stages[stage] = stages.get(stage, 0.0) + ms / len(frames)
        for jpeg in block:
            theirs.measure(original.handle, jpeg)
    return Versus(
        clip=clip,
        mien=cost(ours),
        original=cost(theirs),
        ratio=round(statistics.fmean(theirs.cpu_ms) / statistics.fmean(ours.cpu_ms), 2),
        stages_ms={stage: round(ms, 3) for stage, ms in stages.items()},
        with_face=with_face,
        frames=len(frames),
        mien_ms=[round(ms, 3) for ms in ours.cpu_ms],
        original_ms=[round(ms, 3) for ms in theirs.cpu_ms],
    )
