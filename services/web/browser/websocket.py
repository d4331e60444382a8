"""A WebSocket over a socket that the web server hands over: the protocol is `websockets`', the reading ours.

What has come is read when it is asked for, so that a sender that does not wait fills its own buffers only.
"""

import socket
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from ssl import SSLWantReadError

from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN, SEND_EOF, SERVER, Protocol
from websockets.server import ServerProtocol

READ_BYTES = 64 * 1024
MOST_CONTROL_FRAMES = 100
"""Pings and the like between two messages; each is answered."""

MOST_FRAGMENTS = 1_000
"""Of one message: browsers make a handful."""

SEND_TIMEOUT_S = 3.0
DRAIN_S = 2.0
"""For so long what comes after a close is read and thrown away: a connection that is closed over unread bytes
is reset, and the reason would be lost with it."""

MOST_REASON_BYTES = 123
"""RFC 6455, 5.5.1: with the code, a control frame holds no more."""


class Code(IntEnum):
    """Why a WebSocket is closed (RFC 6455, 7.4.1, and the registry of IANA)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    GARBAGE = 1007
    POLICY = 1008
    TOO_BIG = 1009
    TRY_LATER = 1013
    IDLE = 4000
    """One of an application's own: nothing came for too long; who has something again may come back."""


@dataclass(frozen=True, slots=True)
class End:
    """How a WebSocket ended.

    Attributes:
        code: of the close; 0 where the connection was just gone.
        reason: in words; may be empty.
        by_us: whether this side closed it.
    """

    code: int
    reason: str
    by_us: bool


GONE = End(0, "the connection was lost", by_us=False)


class WebSocketClosed(Exception):
    """Raised where nothing can come or go any longer.

    Attributes:
        end: how it ended.
    """

    def __init__(self, end: End) -> None:
        super().__init__(end.reason)
        self.end = end


class Refused(Exception):
    """Raised where a request is none for a WebSocket, or comes from elsewhere.

    Attributes:
        status: of HTTP.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class WebSocket:
    """The server's side of a WebSocket that is open.

    Args:
        connection: a connected socket, on which the handshake is done.
        protocol: open.
        monotonic: seconds.
    """

    def __init__(
        self,
        connection: socket.socket,
        protocol: Protocol,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._protocol = protocol
        self._monotonic = monotonic
        self._fragments: list[Frame] = []
        self._messages: deque[bytes | str] = deque()
        self._control_frames = 0

    def receive(self, within_s: float) -> bytes | str | None:
        """Return the next message; None where it is not whole in time. With 0, only what is here is read.

        Raises:
            WebSocketClosed: no further one comes.
        """
        deadline = self._monotonic() + within_s
        while not self._messages:
            data = self._read(max(0.0, deadline - self._monotonic()))
            if data is None:
                return None
            self._take(data)
        return self._messages.popleft()

    def send(self, text: str) -> None:
        """Send a message.

        Raises:
            WebSocketClosed: the other side is gone.
        """
        try:
            self._protocol.send_text(text.encode())
        except InvalidState as error:
            # A close frame came with the last message.
            raise WebSocketClosed(self._end()) from error
        self._flush()

    def close(self, code: int, reason: str) -> None:
        """Tell the other side why, unless it knows, and end; this may take `DRAIN_S`, and raises nothing."""
        short = reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
        with suppress(WebSocketClosed):
            if self._protocol.state is OPEN:
                self._protocol.fail(code, short)
            self._flush()
            self._drain()

    def _read(self, within_s: float) -> bytes | None:
        self._connection.settimeout(within_s)
        try:
            return self._connection.recv(READ_BYTES)
        except (TimeoutError, BlockingIOError, SSLWantReadError):
            return None
        except OSError as error:
            raise WebSocketClosed(GONE) from error

    def _take(self, data: bytes) -> None:
        """Take what was read apart; several messages may have come in one reading, and each is kept."""
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._sort(event)
        if self._messages:
            return
        if self._protocol.state is not OPEN:
            raise WebSocketClosed(self._end())
        if not data:
            raise WebSocketClosed(GONE)

    def _sort(self, frame: Frame) -> None:
        if frame.opcode not in DATA_OPCODES:
            self._control_frames += 1
        else:
            message = self._joined(frame)
            if message is not None:
                self._messages.append(message)
                self._control_frames = 0
        if self._control_frames > MOST_CONTROL_FRAMES or len(self._fragments) > MOST_FRAGMENTS:
            self.close(Code.POLICY, "too many frames without a message")
            raise WebSocketClosed(self._end())

    def _joined(self, frame: Frame) -> bytes | str | None:
        self._fragments.append(frame)
        if not frame.fin:
            return None
        first, whole = self._fragments[0], b"".join(bytes(part.data) for part in self._fragments)
        self._fragments = []
        return whole.decode(errors="replace") if first.opcode is Opcode.TEXT else whole

    def _flush(self) -> None:
        self._connection.settimeout(SEND_TIMEOUT_S)
        try:
            waiting = self._protocol.data_to_send()
            self._connection.sendall(b"".join(waiting))
            if SEND_EOF in waiting:
                self._connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise WebSocketClosed(GONE) from error

    def _drain(self) -> None:
        deadline = self._monotonic() + DRAIN_S
        while (left := deadline - self._monotonic()) > 0 and self._read(left):
            pass

    def _end(self) -> End:
        sent, received = self._protocol.close_sent, self._protocol.close_rcvd
        if received is not None and (sent is None or self._protocol.close_rcvd_then_sent):
            return End(int(received.code), received.reason, by_us=False)
        if sent is not None:
            return End(int(sent.code), sent.reason, by_us=True)
        return GONE


def upgrade(
    connection: socket.socket, path: str, headers: Mapping[str, str], origins: Sequence[str], most_bytes: int
) -> WebSocket:
    """Answer a request for a WebSocket on its connection; return what it became.

    Args:
        connection: of the request.
        path: that it asked for.
        headers: of the request.
        origins: whose pages may; one of another origin is refused.
        most_bytes: of a message.

    Raises:
        Refused: it is no such request.
        WebSocketClosed: the other side is gone.
    """
    handshake = ServerProtocol(origins=list(origins))  # type: ignore[arg-type]  # strings
    response = handshake.accept(Request(path, Headers(headers)))
    if response.status_code != 101:  # noqa: PLR2004  Switching Protocols
        raise Refused(response.status_code, str(handshake.handshake_exc))
    connection.settimeout(SEND_TIMEOUT_S)
    try:
        connection.sendall(response.serialize())
    except OSError as error:
        raise WebSocketClosed(GONE) from error
    # Another one, that does not wait for the request, which was read already.
    return WebSocket(connection, Protocol(SERVER, max_size=most_bytes))
