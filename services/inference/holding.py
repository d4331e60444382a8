"""While a worker is at a frame of a recording, the broker hears of it: slow is not dead."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from shared.delivery import TakenFrame
from shared.errors import BrokerError
from shared.recordings import RecordingStreams

HOLD_EVERY_S = 3.0
"""Three times before another worker would take the frame."""

MOST_TIMES = 100
"""Five minutes: who is not done by then hangs."""


@contextmanager
def held(
    streams: RecordingStreams, taken: TakenFrame, *, every_s: float = HOLD_EVERY_S, most: int = MOST_TIMES
) -> Iterator[None]:
    """Hold a frame as long as the block lasts.

    It is done from a thread: detectors and models let others run meanwhile.
    """
    done = Event()

    def hold() -> None:
        for _ in range(most):
            if done.wait(every_s):
                return
            # One that is away tells the worker soon enough.
            with suppress(BrokerError):
                streams.hold(taken)

    thread = Thread(target=hold, name="hold", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
