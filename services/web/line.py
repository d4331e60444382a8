"""The line to one viewer: bounded, so that a slow viewer is late by little and one that left is noticed."""

import fcntl
import socket
import struct
import termios
import time
from typing import Any, Protocol

SEND_BUFFER_BYTES = 32 * 1024
"""Asked for; Linux takes the double. With its default a viewer on a thin line watched frames 5.7 s old."""

PATIENCE_S = 8.0
"""A viewer that takes nothing for so long is dropped."""

FREE_BYTES = 4 * 1024
"""With less than this on the way, the viewer has as good as taken the last picture."""

LOOK_EVERY_S = 0.01


class Line(Protocol):
    """The line to a viewer."""

    def wait_until_taken(self) -> bool:
        """Wait until the viewer has taken what was sent; return False if it takes nothing any longer."""


class AnyLine:
    """A line about which nothing is known; the server's own sending has to do."""

    def wait_until_taken(self) -> bool:
        """Return True at once."""
        return True


class SocketLine:
    """A socket whose kernel buffers are watched.

    A picture that is written is not yet seen: it waits in the kernel behind those before it. So the next one
    is chosen only when these have left, and is then the newest.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.settimeout(PATIENCE_S)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def wait_until_taken(self) -> bool:
        """Wait until nearly nothing is left in the send buffer; return False if it does not shrink."""
        left = self._unsent()
        shrunk_at = time.monotonic()
        while left > FREE_BYTES:
            if time.monotonic() - shrunk_at > PATIENCE_S:
                self._forget_the_rest()
                return False
            time.sleep(LOOK_EVERY_S)
            before, left = left, self._unsent()
            if left < before:
                shrunk_at = time.monotonic()
        return True

    def _unsent(self) -> int:
        """Return the bytes that the other side has not acknowledged (SIOCOUTQ of tcp(7))."""
        raw = fcntl.ioctl(self._connection.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
        return int(struct.unpack("i", raw)[0])

    def _forget_the_rest(self) -> None:
        # Without this the kernel keeps what nobody takes, and the connection, for minutes after it is closed.
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def line_of(environ: dict[str, Any]) -> Line:
    """Return the line of a WSGI request: gunicorn gives its socket, other servers may not."""
    connection = environ.get("gunicorn.socket")
    return AnyLine() if connection is None else SocketLine(connection)
