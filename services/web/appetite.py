"""How fast a viewer reads: what it has not read yet waits in its own kernel, where it grows old."""

HOLD_AT_MOST_S = 0.3
"""Longer than that nobody is made to wait for a picture by an estimate."""

WEIGHT = 0.3
"""Of the newest measurement in the viewer's rate."""

REMEMBERED_S = 10.0
"""So long at least, and at most twice as long, the widest window is remembered: one that became smaller for
good must not look like unread pictures for ever. Longer than the line's patience."""

ALIVE_SHARE = 1 / 8
"""Who has read less than this of what has come has read nothing: a window is announced rounded up, so each
part seems to be read by a little. Measured: 4 % with a viewer that had stopped."""

SURE_SHARE = 2 / 3
"""Nor has who has read less than this, unless its window opened meanwhile, or more was read than the widest
one has room for: a kernel that packs small parts together finds room for more of them. Measured with a reader
that had stopped: 18 % with parts of 4 KiB, 55 % with parts of 1 KiB."""


class Appetite:
    """Estimates how much a viewer has read, and whether it falls behind.

    The receive window that its side announces shrinks by what lies unread there. As it is announced with
    acknowledgements only, the part that has just arrived seems unread even where it has been read; more than
    that part is unread only where the viewer is slower than the feed.

    Attributes:
        read: how many bytes the viewer had read when it was last seen.
    """

    def __init__(self) -> None:
        self.read = 0
        self._sent = 0
        self._part = 0
        self._unread = 0
        self._rate = 0.0
        self._alive = (0, 0)
        self._narrowest = 0
        self._waited: tuple[float, int] | None = None
        self._widest = self._widest_before = 0
        self._turned_at = 0.0

    def sent(self, size: int) -> None:
        """Say that a part of `size` bytes was sent."""
        self._sent += size
        self._part = size

    def seen(self, now: float, left: int, window: int) -> bool:
        """Say that all but `left` bytes have arrived, and what window was announced last, in bytes.

        Returns:
            Whether the viewer has read since this was last true.
        """
        if now - self._turned_at > REMEMBERED_S:
            self._widest_before, self._widest, self._turned_at = self._widest, 0, now
        self._widest = max(self._widest, window)
        self._unread = max(self._widest, self._widest_before) - window
        arrived = self._sent - left
        self.read = max(self.read, arrived - self._unread)
        alive = self._has_read(arrived, window)
        self._narrowest = window if alive else min(self._narrowest, window)
        if alive:
            self._alive = arrived, self.read
        return alive

    def _has_read(self, arrived: int, window: int) -> bool:
        arrived_then, read_then = self._alive
        read = self.read - read_then
        freed = window > self._narrowest or read > max(self._widest, self._widest_before)
        return read > (ALIVE_SHARE if freed else SURE_SHARE) * (arrived - arrived_then)

    def wait_s(self, now: float) -> float:
        """Return how long the viewer, to which a part has come, needs for those before it, in seconds."""
        behind = self._unread - self._part
        if behind > 0 and self._waited is not None:
            # Only now: where nothing waits, the feed is the slower one, and the viewer's rate does not show.
            then, read = self._waited
            rate = (self.read - read) / (now - then)
            self._rate += (WEIGHT if self._rate else 1.0) * (rate - self._rate)
        self._waited = now, self.read
        if behind <= 0 or not self._rate:
            return 0.0
        return min(HOLD_AT_MOST_S, behind / self._rate)
