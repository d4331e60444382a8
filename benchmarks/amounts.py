"""How much is measured: in full, or quickly to see that everything works."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured.

    Attributes:
        frames: of the clip with one face.
        seconds: of each run of the pipeline.
        warm_up_s: ahead of them.
        workers: numbers of workers.
        all_sources: whether `demo:` and `test:` are cameras, too.
        viewers: numbers of viewers.
        peer_frames: of the clip, for other programs.
    """

    frames: int
    seconds: float
    warm_up_s: float
    workers: Sequence[int]
    all_sources: bool
    viewers: Sequence[int]
    peer_frames: int


FULL = Amounts(
    frames=300,
    seconds=20.0,
    warm_up_s=3.0,
    workers=(1, 2),
    all_sources=True,
    viewers=(1, 50, 200),
    peer_frames=300,
)

QUICK = Amounts(
    frames=45,
    seconds=2.5,
    warm_up_s=1.0,
    workers=(1,),
    all_sources=False,
    viewers=(1, 20),
    peer_frames=20,
)
"""Too little to rely on: about a minute on two cores that do nothing else."""
