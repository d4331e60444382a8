"""Whether a camera is wanted open."""

import time
from collections.abc import Callable
from threading import Lock

LINGER_S = 5.0
"""A camera stays open for this long after the last viewer left: opening one again is slow."""


class Demand:
    """One camera's demand.

    Args:
        always: whether it is wanted without viewers.
        monotonic: seconds.
    """

    def __init__(self, *, always: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._always = always
        self._monotonic = monotonic
        self._lock = Lock()
        self._looked_at = float("-inf")

    def viewers(self, number: int) -> None:
        """Note how many viewers the broker knows of."""
        if number > 0:
            with self._lock:
                self._looked_at = self._monotonic()

    def unknown(self) -> None:
        """Note that the broker cannot say.

        When it comes back empty, it has forgotten the viewers that are still there; so a camera that is
        open stays so until they had the time to say it again.
        """
        if self.wanted():
            self.viewers(1)

    def wanted(self) -> bool:
        """Return whether the camera is to be open."""
        with self._lock:
            return self._always or self._monotonic() - self._looked_at < LINGER_S
