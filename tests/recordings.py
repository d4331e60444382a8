"""What tests of a recording's streams do again and again."""

from shared.delivery import RecordingAccount, TakenFrame
from shared.recorded import RecordedFrame, RecordedResult, decode_recorded
from shared.recordings import RecordingStreams

OVERDUE_S = 0.06
"""After that a frame is taken over from its worker, where the limits are short."""


def frame(index: int) -> RecordedFrame:
    return RecordedFrame(index, index * 40_000_000, 640, 480, b"picture %d" % index)


def offer(streams: RecordingStreams, *indices: int) -> None:
    assert all(streams.offer(frame(index)) for index in indices)


def taken(streams: RecordingStreams, worker: str = "w1") -> TakenFrame:
    found = streams.take(worker)
    assert found is not None
    return found


def index(found: TakenFrame) -> int:
    return decode_recorded(found.fields).index


def account(streams: RecordingStreams) -> RecordingAccount:
    """Return the account, which must hold."""
    account = streams.account()
    assert account.difference == 0, account
    return account


def collected(streams: RecordingStreams) -> list[RecordedResult]:
    """Return the results that were not collected yet; they are forgotten."""
    found = streams.collect(block_ms=20)
    streams.forget([one.id for one in found])
    return [one.result for one in found if isinstance(one.result, RecordedResult)]
