"""A steady beat for sources that could deliver faster than a camera would."""

import time
from collections.abc import Callable


class Pacer:
    """Ticks at a fixed rate, without drift or bursts.

    Ticks lie on a grid of time; after a stall one late tick stands for all that were missed.
    """

    def __init__(
        self,
        fps: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.period = 1.0 / fps
        self._clock = clock
        self._sleep = sleep
        self._due: float | None = None

    def wait(self) -> int:
        """Sleep until the next tick and return how many ticks that makes since the last call, at least 1."""
        now = self._clock()
        due = now if self._due is None else self._due
        if now < due:
            self._sleep(due - now)
            now = self._clock()
        ticks = 1 + max(0, int((now - due) / self.period))
        self._due = due + ticks * self.period
        return ticks
