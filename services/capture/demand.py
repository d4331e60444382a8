"""Whether a camera is wanted open."""

import time
from collections.abc import Callable
from threading import Condition

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
        self._changed = Condition()
        self._looked_at = float("-inf")

    def viewers(self, number: int) -> None:
        """Note how many viewers the broker knows of."""
        if number > 0:
            with self._changed:
                self._looked_at = self._monotonic()
                self._changed.notify_all()

    def unknown(self) -> None:
        """Note that the broker cannot say.

        When it comes back empty, it has forgotten the viewers that are still there; so a camera that is
        open stays so until they had the time to say it again.
        """
        if self.wanted():
            self.viewers(1)

    def wanted(self) -> bool:
        """Return whether the camera is to be open."""
        return self._always or self._monotonic() - self._looked_at < LINGER_S

    def wait(self, timeout: float) -> None:
        """Wait until it is wanted or `wake` is called, for `timeout` seconds at most."""
        with self._changed:
            if not self.wanted():
                self._changed.wait(timeout)

    def wake(self) -> None:
        """End the wait of whoever waits now."""
        with self._changed:
            self._changed.notify_all()
