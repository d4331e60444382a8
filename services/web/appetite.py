"""How fast a viewer reads: what it has not read yet waits in its own kernel, where it grows old."""

HOLD_AT_MOST_S = 1.0
"""Longer than that nobody is made to wait for a picture by an estimate."""

WEIGHT = 0.3
"""Of the newest measurement in the viewer's rate."""

SHRUNK_AFTER = 5
"""So many parts read as fast as they were sent, and yet the longest wait: the window is smaller now."""


class Appetite:
    """Estimates what a viewer has not read yet, and when it will have.

    The receive window that its side announces shrinks by what lies unread there. But it is announced with an
    acknowledgement only, so in between the rate at which the viewer read before tells how much it reads.
    """

    def __init__(self) -> None:
        self._widest = 0
        self._sent = 0
        self._part = 0
        self._unread = 0
        self._read = 0
        self._rate = 0.0
        self._seen_at: float | None = None
        self._longest_waits = 0

    @property
    def read(self) -> int:
        """How many bytes the viewer had read when it was last seen."""
        return self._read

    def sent(self, size: int) -> None:
        """Say that a part of `size` bytes was sent."""
        self._sent += size
        self._part = size

    def seen(self, now: float, window: int) -> None:
        """Say that all that was sent has arrived, and what window was announced with it, in bytes."""
        self._look(window)
        read = self._sent - self._unread
        # Where nothing is unread, the feed is the slower one, and the viewer's own rate does not show.
        if self._seen_at is not None and self._unread and now > self._seen_at:
            rate = (read - self._read) / (now - self._seen_at)
            self._rate += (WEIGHT if self._rate else 1.0) * (rate - self._rate)
        if read - self._read < self._part:
            self._longest_waits = 0
        self._read, self._seen_at = max(read, self._read), now

    def satisfied(self, window: int) -> bool:
        """Return whether the window that is announced now shows that the viewer waits for more."""
        self._look(window)
        return self._unread <= self._part // 2

    def wait_s(self) -> float:
        """Return how long the viewer needs until only half a part is unread, in seconds."""
        unread = self._unread - self._part // 2
        if unread <= 0:
            return 0.0
        if self._rate * HOLD_AT_MOST_S > unread:
            return unread / self._rate
        self._longest_waits += 1
        if self._longest_waits > SHRUNK_AFTER:
            self._widest -= unread
            self._longest_waits = 0
        return HOLD_AT_MOST_S

    def _look(self, window: int) -> None:
        self._widest = max(self._widest, window)
        self._unread = min(self._sent, self._widest - window)
