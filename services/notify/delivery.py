"""Delivers one receiver's events, one after the other, each until it has arrived or is given up."""

import logging
import time
from collections.abc import Callable
from threading import Event as Flag
from typing import Protocol

from services.notify import metrics
from services.notify.backoff import Backoff
from services.notify.events import Event
from services.notify.outbox import Cause, Outbox, Waiting

log = logging.getLogger(__name__)

EXPIRES_AFTER_S = 600.0
"""An event that waits for longer is of no use to anybody any more."""

IDLE_S = 0.5
"""How often a courier without events looks whether it is to end."""


class Unreachable(Exception):
    """Raised when a try failed that may succeed later.

    Attributes:
        after_s: the receiver asks for so many seconds of pause; 0 where it does not.
    """

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.after_s = after_s


class Refused(Exception):
    """Raised when the receiver does not want the event: to send it again would be of no use."""


class Receiver(Protocol):
    """Somebody who is told."""

    def send(self, event: Event) -> None:
        """Deliver an event.

        Raises:
            Unreachable: it may succeed later.
            Refused: it never will.
        """


class Courier:
    """Takes events out of an outbox to its receiver.

    Args:
        name: the receiver's, for the log.
        receiver: who is told.
        outbox: what waits.
        again: ends the pause before the next try: the receiver is back, or it is time to end.
        backoff: the pauses between tries.
        clock: this process's, in seconds.
    """

    def __init__(
        self,
        name: str,
        receiver: Receiver,
        outbox: Outbox,
        *,
        again: Flag | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._receiver = receiver
        self._outbox = outbox
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._again = again or Flag()
        self._away = False

    def run(self, stop: Flag) -> None:
        """Deliver until `stop` is set."""
        while not stop.is_set():
            taken = self._outbox.take(IDLE_S)
            if taken is not None:
                self.deliver(taken, stop)

    def wake(self) -> None:
        """Try again at once."""
        self._again.set()

    def deliver(self, taken: Waiting, stop: Flag) -> None:
        """Deliver one event; it arrives, is given up and counted, or is given up because `stop` is set."""
        while not stop.is_set():
            if self._clock() - taken.since > EXPIRES_AFTER_S:
                self._outbox.dropped(Cause.EXPIRED)
                return
            if self._tried(taken):
                return
        self._outbox.dropped(Cause.ENDED)

    def _tried(self, taken: Waiting) -> bool:
        """Try once; return whether the event is done with. Where it is not, the pause is over."""
        self._again.clear()
        try:
            self._receiver.send(taken.event)
        except Unreachable as error:
            self._failed(error)
            return False
        except Refused as error:
            self._is_here()
            log.warning("%s: %s; event %s is given up", self._name, error, taken.event.id)
            self._outbox.dropped(Cause.REFUSED)
        except Exception:
            # Without this thread the receiver would hear of nothing again.
            log.exception("%s: event %s is given up", self._name, taken.event.id)
            self._outbox.dropped(Cause.REFUSED)
        else:
            self._arrived(taken)
        return True

    def _arrived(self, taken: Waiting) -> None:
        self._is_here()
        self._outbox.delivered(taken)

    def _is_here(self) -> None:
        if self._away:
            log.info("%s is back", self._name)
        self._away = False
        self._backoff.reset()

    def _failed(self, error: Unreachable) -> None:
        metrics.FAILED.labels(self._name).inc()
        if not self._away:
            log.warning("%s: %s; trying again, and events wait meanwhile", self._name, error)
        self._away = True
        self._again.wait(self._backoff.pause(error.after_s))
