"""Whether a service is alive and ready, said over HTTP on its metrics port."""

import time
from collections.abc import Callable

STUCK_AFTER_S = 15.0
"""A loop that has not come round for so long is stuck: three times the longest wait for an answer."""


class Health:
    """A service's own view of itself.

    Alive: its loop comes round. Ready: its last round reached the broker.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat_at = clock()
        self._ready = False

    def beat(self, *, ready: bool) -> None:
        """Say that the loop came round, and whether it could work."""
        self._beat_at = self._clock()
        self._ready = ready

    def alive(self) -> bool:
        """Return whether the loop comes round."""
        return self._clock() - self._beat_at < STUCK_AFTER_S

    def ready(self) -> bool:
        """Return whether the loop comes round and works."""
        return self.alive() and self._ready
