"""What a recording's streams give to workers and collectors, and the account of its frames."""

from dataclasses import dataclass, field

from shared.entries import Fields
from shared.recorded import RecordedResult, RecordingEnd


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """How long workers may take, and the streams last.

    Attributes:
        pending_ms: a frame of whose worker nothing was heard for longer is given to another as well.
        tries: a frame that so many workers took and none finished has failed.
        lifetime_ms: after the last word of publisher, workers and collector, all is gone.
    """

    pending_ms: int = 10_000
    tries: int = 3
    lifetime_ms: int = 3_600_000


@dataclass(frozen=True, slots=True)
class TakenFrame:
    """A frame's entry as it came to a worker, not yet decoded: see `decode_recorded`.

    Attributes:
        id: the entry's.
        worker: who took it.
        tries: how many workers took it, this one included.
        fields: the entry's.
    """

    id: str
    worker: str
    tries: int
    fields: Fields = field(repr=False)


@dataclass(frozen=True, slots=True)
class CollectedResult:
    """A result as it was collected.

    Attributes:
        id: the entry's, for `forget`.
        result: what became of a frame, or the publisher's last word.
    """

    id: str
    result: RecordedResult | RecordingEnd


@dataclass(frozen=True, slots=True)
class RecordingAccount:
    """What became of a recording's frames, all numbers of one moment.

    Attributes:
        captured: frames that were offered and accepted.
        published: frames that were done.
        failed: frames that no worker could do.
        undecodable: frames that could not be decoded.
        pending: frames that a worker has taken and not finished.
        waiting: frames that no worker has taken.
        uncollected: entries of results that were not forgotten yet, the publisher's last word among them.
        ended: how many frames the publisher offered, when it has said its last word; None before.
    """

    captured: int
    published: int
    failed: int
    undecodable: int
    pending: int
    waiting: int
    uncollected: int
    ended: int | None = None

    @property
    def difference(self) -> int:
        """Frames that are nowhere; 0, or something is wrong."""
        finished = self.published + self.failed + self.undecodable
        return self.captured - finished - self.pending - self.waiting

    @property
    def is_done(self) -> bool:
        """Whether the publisher has ended, all its frames are finished, and all results were forgotten."""
        return self.ended is not None and self.pending + self.waiting + self.uncollected == 0
