"""A viewer that stops reading, and when it is dropped."""

import select
import socket
from contextlib import suppress

CHUNK = 1 << 18


class Stopped:
    """Reads until it begins to stop; then takes nothing any longer, and notes when it is given up.

    Attributes:
        dropped_after_s: how long after it stopped; None while the connection lasts.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.dropped_after_s: float | None = None
        self._connection = connection
        self._began: float | None = None
        # Nothing is asked for: that a connection was reset is said all the same, whatever lies unread in it.
        self._poll = select.poll()
        self._poll.register(connection, 0)

    def begin(self, now: float) -> None:
        """Stop reading at `now`, in seconds."""
        self._began = now

    def look(self, now: float) -> None:
        """Read what has come; or, having stopped, note whether the connection has been dropped."""
        if self._began is None:
            with suppress(BlockingIOError):
                self._connection.recv(CHUNK)
        elif self.dropped_after_s is None and self._poll.poll(0):
            self.dropped_after_s = round(now - self._began, 2)
