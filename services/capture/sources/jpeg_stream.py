"""Motion JPEG over HTTP: each part of the body is a picture, passed on as it is."""

import select
import socket
import time
from collections import deque
from collections.abc import Callable
from http.client import HTTPException

from services.capture.picture import Picture
from services.capture.sources import http
from services.capture.sources.jpegs import MOST_BROKEN, PassedOn
from services.capture.sources.multipart import Parts
from shared.errors import SourceError

_READ_BYTES = 65_536


class JpegStream:
    """A live stream of parts over HTTP.

    Args:
        answer: the camera's.
        name: how errors call it, credentials masked.
        patience_s: how long a picture may take to arrive.
        monotonic: seconds.
    """

    def __init__(
        self,
        answer: http.Answer,
        name: str,
        patience_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answer = answer
        self._name = name
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._parts = Parts(answer.boundary)
        self._arrived: deque[bytes] = deque()
        self._ended: SourceError | None = None
        self._jpegs = PassedOn()
        self._broken_in_a_row = 0
        self.fps: float | None = None  # Motion JPEG carries no rate.

    @property
    def broken(self) -> int:
        """How many parts that are no picture were passed over."""
        return self._jpegs.broken

    def read(self) -> Picture:
        """Return the next picture that arrives."""
        late_at = self._monotonic() + self._patience_s
        while (picture := self._next()) is None:
            left_s = late_at - self._monotonic()  # Each piece can come in time, and yet no whole picture.
            if left_s <= 0 or not (self._feed() or self._wait(left_s)):
                raise self._lost(TimeoutError())
        return picture

    def close(self) -> None:
        """Hang up."""
        self._answer.close()

    def _next(self) -> Picture | None:
        """Return the first picture of what has arrived; None where there is none left."""
        while self._arrived:
            picture = self._jpegs.checked(self._arrived.popleft())
            if picture is not None:
                self._broken_in_a_row = 0
                return picture
            self._note_broken(1)
        return None

    def _note_broken(self, pictures: int) -> None:
        self._broken_in_a_row += pictures
        if self._broken_in_a_row >= MOST_BROKEN:
            raise SourceError(f"{self._name}: gives no pictures that can be decoded")

    def _feed(self) -> bool:
        """Take what comes next; False where nothing is there yet."""
        if self._ended is not None:
            raise self._ended
        try:
            piece = self._receive()
        except (OSError, HTTPException) as error:
            raise self._lost(error) from error
        if piece is None:
            return False
        if not piece:
            raise SourceError(f"{self._name}: the stream ended")
        self._parts.feed(piece)
        try:
            while (part := self._parts.next()) is not None:
                self._arrived.append(part)
        except ValueError as error:
            self._ended = SourceError(f"{self._name}: sends {error}")  # Once what came before it is given.
        return True

    def _receive(self) -> bytes | None:
        """Return what comes next, nothing at the end; it waits for that."""
        return self._answer.body.read1(_READ_BYTES)

    def _wait(self, timeout_s: float) -> bool:  # noqa: ARG002  waiting is the body's own
        """Wait where `_receive` does not; return whether something came."""
        return True

    def _lost(self, error: Exception) -> SourceError:
        if isinstance(error, TimeoutError):
            return SourceError(f"{self._name}: gave no picture for {self._patience_s:g} s")
        return SourceError(f"{self._name}: the connection is lost")


class PolledJpegStream(JpegStream):
    """One whose body comes as it is, neither encrypted nor in chunks: its socket can be waited for.

    Attributes:
        passed_over: pictures that gave way to a newer one that had come as well, unseen.

    Args:
        answer: the camera's.
        line: its connection.
        name: how errors call it, credentials masked.
        patience_s: how long a picture may take to arrive, for who reads without polling.
    """

    def __init__(self, answer: http.Answer, line: socket.socket, name: str, patience_s: float) -> None:
        super().__init__(answer, name, patience_s)
        self._line = line
        line.setblocking(False)
        self._poller = select.poll()
        self._poller.register(line, select.POLLIN)
        self._has_rest = True
        self.passed_over = 0

    @property
    def has_begun(self) -> bool:
        """Whether the beginning of a picture was taken in, and its end was not."""
        return self._parts.has_begun

    def poll(self, timeout_s: float) -> bool:
        """Wait until something comes, or the connection ends; return whether it did within `timeout_s`."""
        return self._has_rest or self._ended is not None or bool(self._poller.poll(1000 * timeout_s))

    def collect(self) -> bool:
        """Take in what came next, without a wait; return whether more may have come."""
        is_fed = self._feed()
        while len(self._arrived) > MOST_BROKEN:  # So many are enough to find one that is not broken.
            self._arrived.popleft()
            self.passed_over += 1
        return is_fed and self.poll(0)

    def newest(self) -> Picture | None:
        """Return the newest picture of what was taken in; None where there is none since the last call."""
        picture, broken = None, 0
        while picture is None and self._arrived:
            picture = self._jpegs.checked(self._arrived.pop())
            broken += picture is None
        if self._arrived:
            self.passed_over += len(self._arrived)
            self._arrived.clear()
        if picture is not None:
            self._broken_in_a_row = 0
        if broken:
            self._note_broken(broken)
        return picture

    def _receive(self) -> bytes | None:
        if self._has_rest:
            # What came together with the headers; all else is read from the connection itself.
            self._has_rest = False
            if rest := self._answer.body.peek():
                return self._answer.body.read1(len(rest))
        try:
            return self._line.recv(_READ_BYTES)
        except BlockingIOError:
            return None

    def _wait(self, timeout_s: float) -> bool:
        return self.poll(timeout_s)


def jpeg_stream(answer: http.Answer, name: str, patience_s: float) -> JpegStream:
    """Return an answer's pictures; see `JpegStream`."""
    if answer.line is None:
        return JpegStream(answer, name, patience_s)
    return PolledJpegStream(answer, answer.line, name, patience_s)
