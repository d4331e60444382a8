"""Offers a recording's frames to the workers, as fast as they take them."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Thread
from typing import Protocol

from shared.broker import Broker
from shared.errors import BrokerError, BrokerRefused, BrokerUnreachable
from shared.logs import Seldom
from shared.recorded import RecordedFrame
from shared.registry import HEARTBEAT_EVERY_S

log = logging.getLogger(__name__)
seldom = Seldom(log)

MOST_FRAMES = 64
"""Unfinished ones, for the workers to choose from: two seconds of video."""

FEWEST_FRAMES = 8
"""Unfinished ones, however large they are: less, and workers would wait for this process."""

MOST_BYTES = 128 * 2**20
"""Of unfinished pictures, where that are no fewer frames: the broker keeps them in memory."""

PATIENCE_S = 60.0
"""With a broker that is there and answers with errors: memory may be freed, other causes may not go away."""

FIRST_PAUSE_S = 0.005
LONGEST_PAUSE_S = 0.1
"""Between two tries to offer a frame: workers take some ten milliseconds for one."""


class Offering(Protocol):
    """What a publisher needs of `shared.recordings.RecordingStreams`."""

    def offer(self, frame: RecordedFrame, *, bound: int) -> bool:
        """Add a frame, unless `bound` are unfinished; return whether it is there."""

    def end(self, frames: int, ended_early: str) -> None:
        """Say that so many were offered, and why not all of the video."""


class Publisher:
    """Offers frames, one after the other, and goes on when the broker has been away.

    Args:
        streams: the recording's.
        broker: theirs, to wait for.
        stop: set when this is to end.
        monotonic: seconds; for the patience with errors.
    """

    def __init__(
        self,
        streams: Offering,
        broker: Broker,
        stop: Event,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._streams = streams
        self._broker = broker
        self._stop = stop
        self.offered = 0
        """Frames, so far."""

    def publish(self, frames: Iterable[RecordedFrame]) -> None:
        """Offer the frames until they end or `stop` is set.

        Raises:
            BrokerError: the broker answers and refuses, or with errors for too long.
            RecordingGone: it has lost the recording.
        """
        for frame in frames:
            if not self._until_accepted(partial(self._offer, frame)):
                return
            self.offered += 1

    def end(self, ended_early: str) -> None:
        """Say that all was offered; raises as `publish`."""
        self._until_accepted(partial(self._end, ended_early))

    def _offer(self, frame: RecordedFrame) -> bool:
        return self._streams.offer(frame, bound=bound_for(len(frame.jpeg)))

    def _end(self, ended_early: str) -> bool:
        self._streams.end(self.offered, ended_early)
        return True

    def _until_accepted(self, step: Callable[[], bool]) -> bool:
        """Try until it succeeds; return False where `stop` was set before."""
        pause, give_up = FIRST_PAUSE_S, self._monotonic() + PATIENCE_S
        while not self._stop.is_set():
            try:
                if step():
                    return True
                give_up = self._monotonic() + PATIENCE_S
            except BrokerRefused:
                raise
            except BrokerUnreachable as error:
                self._broker.wait(self._stop, after=error)
                give_up = self._monotonic() + PATIENCE_S
            except BrokerError as error:
                if self._monotonic() > give_up:
                    raise
                seldom.warning("%s", error)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        return False


def bound_for(size: int) -> int:
    """Return how many frames of `size` bytes may be unfinished."""
    return max(FEWEST_FRAMES, min(MOST_FRAMES, MOST_BYTES // max(1, size)))


@contextmanager
def heartbeat(beat: Callable[[], None], every_s: float = HEARTBEAT_EVERY_S) -> Iterator[None]:
    """Call `beat` at once and then every `every_s`, in a thread: reading may take longer than that.

    A broker that is away is no reason to end: whoever offers frames waits for it and says so.
    """
    done = Event()

    def run() -> None:
        while True:
            with suppress(BrokerError):
                beat()
            if done.wait(every_s):
                return

    thread = Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(every_s)
