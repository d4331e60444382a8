"""A worker's whole frame beside the original program's, on the same frames, in turns.

In turns, because what else a machine does, and how warm it is, changes within a minute: so all have the same.
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
    """All loops.

    Attributes:
        clip: what was seen.
        mien: what a worker's frame costs.
        original: what the original's frame costs.
        ratio: how many times more CPU the original uses, by the means.
        centerface: what a worker's frame costs with the other detector; None where that is not installed.
        centerface_ratio: how many times more CPU that is, by the means.
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
    centerface: Cost | None
    centerface_ratio: float | None
    stages_ms: Mapping[str, float]
    with_face: int
    frames: int
    mien_ms: Sequence[float]
    original_ms: Sequence[float]


class Notes:
    """Lets a worker handle frames, and notes what that took.

    Attributes:
        times: of every frame.
        stages: sums of wall milliseconds.
        with_face: frames in which it found a face.
    """

    def __init__(self, worker: WholeFrame) -> None:
        self._worker = worker
        self.times = Times()
        self.stages: dict[str, float] = {}
        self.with_face = 0

    def handle(self, jpeg: bytes) -> None:
        """Handle a frame."""
        self.times.measure(self._worker.handle, jpeg)
        self.with_face += bool(self._worker.faces)
        for stage, ms in self._worker.timings.items():
            self.stages[stage] = self.stages.get(stage, 0.0) + ms


def compare(
    clip: str,
    frames: Sequence[bytes],
    mien: WholeFrame,
    original: OriginalLoop,
    *,
    centerface: WholeFrame | None = None,
    turn: int = TURN,
) -> Versus:
    """Let all handle every frame of a clip, in turns of so many.

    Raises:
        ValueError: there are no frames.
    """
    ours, theirs = Notes(mien), Times()
    second = None if centerface is None else Notes(centerface)
    for start in range(0, len(frames), turn):
        block = frames[start : start + turn]
        if start == 0:
            original.handle(block[0])  # The first time everything is slower; a worker's is part of its state.
        for jpeg in block:
            ours.handle(jpeg)
        for jpeg in block:
            theirs.measure(original.handle, jpeg)
        if second is not None:
            for jpeg in block:
                second.handle(jpeg)
    return _versus(clip, ours, theirs, second)


def _versus(clip: str, ours: Notes, theirs: Times, second: Notes | None) -> Versus:
    frames = len(theirs.cpu_ms)
    return Versus(
        clip=clip,
        mien=cost(ours.times),
        original=cost(theirs),
        ratio=_ratio(theirs, ours.times),
        centerface=None if second is None else cost(second.times),
        centerface_ratio=None if second is None else _ratio(second.times, ours.times),
        stages_ms={stage: round(ms / frames, 3) for stage, ms in ours.stages.items()},
        with_face=ours.with_face,
        frames=frames,
        mien_ms=[round(ms, 3) for ms in ours.times.cpu_ms],
        original_ms=[round(ms, 3) for ms in theirs.cpu_ms],
    )


def _ratio(more: Times, less: Times) -> float:
    return round(statistics.fmean(more.cpu_ms) / statistics.fmean(less.cpu_ms), 2)
