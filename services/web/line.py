"""The line to one viewer: bounded, so that a slow viewer is late by little and one that left is noticed."""

import fcntl
import socket
import struct
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from services.web.appetite import Appetite

SEND_BUFFER_BYTES = 32 * 1024
"""Asked for; Linux takes the double. With its default a viewer on a thin line watched frames 5.7 s old."""

PATIENCE_S = 6.0
"""A viewer that takes nothing for so long is dropped."""

FREE_BYTES = 4 * 1024
"""With less than this on the way, the viewer's side has as good as all that was sent."""

LONG_LINE_US = 10_000
"""From this round trip on, a second part may be on the way: else a distant viewer gets one a round trip."""

LOOK_EVERY_S = 0.01


class Line(Protocol):
    """The line to a viewer."""

    def wait_until_taken(self, sent: int) -> bool:
        """Wait until the viewer has taken the `sent` bytes; return False if it takes nothing any longer."""


class AnyLine:
    """A line about which nothing is known; the server's own sending has to do."""

    def wait_until_taken(self, sent: int) -> bool:  # noqa: ARG002  the protocol's
        """Return True at once."""
        return True


@dataclass(frozen=True, slots=True)
class TcpInfo:
    """What the kernel knows of a connection (`tcp_info` of Linux's include/uapi/linux/tcp.h, since 5.4).

    Attributes:
        not_sent: bytes that have not left the machine.
        round_trip_us: the shortest measured, in microseconds.
        window: what the other side has room for, in bytes.
    """

    not_sent: int
    round_trip_us: int
    window: int


class SocketLine:
    """A socket whose kernel buffers are watched, on both sides.

    A picture that is written is not yet seen: it waits in the kernels behind those before it. So the next one
    is chosen only when these are as good as read, and is then the newest.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._appetite = Appetite()
        self._moved_at = time.monotonic()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        connection.settimeout(PATIENCE_S)
        if connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # The socket's own timeout is for a whole picture, which may take longer while bytes flow.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(PATIENCE_S * 1000))
            connection.settimeout(None)
        self._look()

    def wait_until_taken(self, sent: int) -> bool:
        """Wait until the viewer has taken what was sent; return False if it takes nothing any longer."""
        self._appetite.sent(sent)
        while not self._has_arrived(sent):
            time.sleep(LOOK_EVERY_S)
            if self._stands_still():
                break
        if self._stands_still():
            drop(self._connection)
            return False
        time.sleep(self._appetite.wait_s(time.monotonic()))
        return True

    def _has_arrived(self, sent: int) -> bool:
        left, info = self._look()
        overlaps = info is not None and (
            info.round_trip_us > LONG_LINE_US and info.not_sent == 0 and left <= sent + FREE_BYTES
        )
        return left <= FREE_BYTES or overlaps

    def _look(self) -> tuple[int, TcpInfo | None]:
        left, info, now = unsent(self._connection), tcp_info(self._connection), time.monotonic()
        if self._appetite.seen(now, left, info.window if info else 0):
            self._moved_at = now
        return left, info

    def _stands_still(self) -> bool:
        return time.monotonic() - self._moved_at > PATIENCE_S


def drop(connection: socket.socket) -> None:
    """Let the end of a connection be immediate: whoever writes to it next is told that it is broken.

    Else the server writes the end of the answer and waits for another request, and the kernel keeps what
    nobody takes, and the connection, for minutes after it is closed.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):  # it may be broken already
        connection.shutdown(socket.SHUT_RDWR)


def unsent(connection: socket.socket) -> int:
    """Return the bytes that the other side has not acknowledged (SIOCOUTQ of tcp(7))."""
    raw = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    return int(struct.unpack("i", raw)[0])


def tcp_info(connection: socket.socket) -> TcpInfo | None:
    """Return what the kernel knows; None for a socket that is not TCP, or a kernel that does not say it."""
    option = getattr(socket, "TCP_INFO", None)  # Linux has it
    if option is None:
        return None
    try:
        raw = connection.getsockopt(socket.IPPROTO_TCP, option, 232)
        not_sent, round_trip_us = struct.unpack_from("II", raw, 144)
        (window,) = struct.unpack_from("I", raw, 228)
    except (OSError, struct.error):
        return None
    return TcpInfo(not_sent, round_trip_us, window)


def line_of(environ: dict[str, Any]) -> Line:
    """Return the line of a WSGI request: gunicorn gives its socket, other servers may not."""
    connection = environ.get("gunicorn.socket")
    return AnyLine() if connection is None else SocketLine(connection)
