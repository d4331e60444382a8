"""What is due every so often."""

from collections.abc import Callable

NEVER = float("-inf")


class Every:
    """Says when something is due: at once, and then so many seconds after it was due before.

    Args:
        seconds: between two times.
        clock: this process's, in seconds.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last = NEVER

    def due(self) -> bool:
        """Return whether it is due, and note that it was done."""
        now = self._clock()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True

    def at_once(self) -> None:
        """Let it be due now."""
        self._last = NEVER
