"""How many frames a second a camera publishes."""

import time
from collections.abc import Callable

OVER_S = 1.0
"""A rate is measured over at least this time: a few frames that follow a pause closely are no rate."""


class Rate:
    """Frames a second, measured from frame to frame.

    Args:
        monotonic: seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._since: float | None = None
        self._frames = 0
        self._fps = 0.0

    def count(self) -> float:
        """Count a frame; return the rate, 0 until it has been measured for `OVER_S`."""
        now = self._monotonic()
        if self._since is None:
            self._since = now
            return 0.0
        self._frames += 1
        passed = now - self._since
        if passed >= OVER_S:
            self._fps = self._frames / passed
            self._since, self._frames = now, 0
        return self._fps
