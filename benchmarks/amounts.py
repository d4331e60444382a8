"""How much is measured: in full, or quickly to see that everything works."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.audience import Size


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured.

    Attributes:
        frames: of the clip with one face.
        seconds: of each run of the pipeline.
        warm_up_s: ahead of them.
        workers: numbers of workers.
        all_sources: whether `demo:` and `test:` are cameras, too.
        audiences: viewers of the feed, and readers of events beside them.
        beside_stopped: viewers beside one that stops reading.
        stopped_pairs: pairs of runs without and with one that stops reading.
        peer_frames: of the clip, for other programs.
    """

    frames: int
    seconds: float
    warm_up_s: float
    workers: Sequence[int]
    all_sources: bool
    audiences: Sequence[Size]
    beside_stopped: int
    stopped_pairs: int
    peer_frames: int


FULL = Amounts(
    frames=300,
    seconds=20.0,
    warm_up_s=3.0,
    workers=(1, 2),
    all_sources=True,
    audiences=(Size(1), Size(50), Size(200, 50)),
    beside_stopped=20,
    stopped_pairs=5,
    peer_frames=300,
)

QUICK = Amounts(
    frames=45,
    seconds=2.5,
    warm_up_s=1.0,
    workers=(1,),
    all_sources=False,
    audiences=(Size(1), Size(20, 5)),
    beside_stopped=5,
    stopped_pairs=1,
    peer_frames=20,
)
"""Too little to rely on: about a minute on two cores that do nothing else."""
