"""What waits for one receiver: bounded, and every event that is lost is counted under one cause."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Condition

from services.notify import metrics
from services.notify.events import Event

MOST = 1_000
"""Events that wait for a receiver; half a megabyte."""


class Cause(StrEnum):
    """Why a receiver never got an event."""

    OVERFLOW = "overflow"
    """Too many waited; the oldest goes."""
    EXPIRED = "expired"
    """It could not be delivered for too long."""
    REFUSED = "refused"
    """The receiver answered that it does not want it."""
    ENDED = "ended"
    """The service ended, or the receiver was taken out of the file."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event and since when it waits, in seconds of this process's clock."""

    event: Event
    since: float


class Outbox:
    """The events for one receiver, in their order.

    At any moment: taken = delivered + dropped, by cause + waiting + in hand.

    Args:
        receiver: its name.
        most: events that wait at most.
        clock: this process's, in seconds.
    """

    def __init__(
        self, receiver: str, *, most: int = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._receiver = receiver
        self._most = most
        self._clock = clock
        self._changed = Condition()
        self._waiting: deque[Waiting] = deque()
        self._in_hand = False
        self._closed = False

    def put(self, event: Event) -> None:
        """Add an event; where too many wait, the oldest of them goes. Waits for nothing."""
        with self._changed:
            metrics.TAKEN.labels(self._receiver).inc()
            if self._closed:
                self._count(Cause.ENDED)
                return
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self._count(Cause.OVERFLOW)
            self._waiting.append(Waiting(event, self._clock()))
            self._note()

    def take(self, wait_s: float) -> Waiting | None:
        """Return the oldest event, which is in hand from now on; None where none came in time."""
        with self._changed:
            if not self._waiting:
                self._changed.wait(wait_s)
            if not self._waiting:
                return None
            self._in_hand = True
            taken = self._waiting.popleft()
            self._note()
            return taken

    def delivered(self, taken: Waiting) -> None:
        """Say that the event in hand has arrived."""
        metrics.DELIVERED.labels(self._receiver).inc()
        metrics.DELAY.labels(self._receiver).observe(self._clock() - taken.since)
        self._put_down()

    def dropped(self, cause: Cause) -> None:
        """Say that the event in hand is given up."""
        self._count(cause)
        self._put_down()

    def emptied(self, wait_s: float) -> bool:
        """Wait until nothing waits and nothing is in hand; return whether it is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._in_hand, wait_s)

    def close(self) -> int:
        """Give up what waits, and what is to come; return how many waited or are in hand."""
        with self._changed:
            lost = len(self._waiting)
            self._waiting.clear()
            self._count(Cause.ENDED, lost)
            self._note()
            self._closed = True
            return lost + self._in_hand

    def _put_down(self) -> None:
        with self._changed:
            self._in_hand = False
            self._note()

    def _note(self) -> None:
        if not self._closed:
            # Else it would bring back a gauge that was forgotten, or write in that of a namesake.
            metrics.WAITING.labels(self._receiver).set(len(self._waiting))
        self._changed.notify_all()

    def _count(self, cause: Cause, number: int = 1) -> None:
        if number:
            metrics.DROPPED.labels(self._receiver, cause.value).inc(number)
