"""The parts of an HTTP body that never ends, `multipart/x-mixed-replace`, as each arrives."""

import re
import time
from collections.abc import Callable
from typing import Protocol

MOST_BYTES = 16 * 1024 * 1024
"""Of a part: no camera's picture has more, and what never ends is none."""

_MOST_HEAD_BYTES = 65_536
_READ_BYTES = 65_536
_LONGEST_LINE = 1_024
_LENGTH = re.compile(rb"^content-length\s*:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"(?:^|\r?\n)\r?\n")  # A part need not have headers.


class Body(Protocol):
    """What parts are read from, such as `http.client.HTTPResponse`."""

    def read1(self, n: int, /) -> bytes:
        """Return what is there, at most `n` bytes; waits for the first one; nothing at the end."""


class Parts:
    """Reads one part after the other; cameras are lax about everything but the length that they tell.

    Args:
        body: where they come from.
        boundary: between them, as the headers call it.
        patience_s: how long a part may take to arrive.
        monotonic: seconds.
    """

    def __init__(
        self,
        body: Body,
        boundary: str,
        patience_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._body = body
        # Many a camera names a boundary with dashes that it writes, or with dashes that it does not write.
        name = re.escape(boundary.strip("-").encode())
        self._boundary = re.compile(rb"(?:^|\r?\n)--+" + name + rb"[^\n]*\n")
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._held = bytearray()
        self._late_at = float("inf")

    def next(self) -> bytes | None:
        """Return the next part, byte for byte; None at the end, and where it has more than `MOST_BYTES`.

        Raises:
            OSError: the connection is lost, or no whole part came within the patience.
        """
        self._late_at = self._monotonic() + self._patience_s
        if self._until(self._boundary, _MOST_HEAD_BYTES) is None:
            return None
        head = self._until(_HEAD_END, _MOST_HEAD_BYTES)
        if head is None:
            return None
        length = _LENGTH.search(head)
        if length is None:
            return self._until(self._boundary, MOST_BYTES, keep=True)
        return self._exactly(int(length[1]))

    def _until(self, pattern: re.Pattern[bytes], most: int, *, keep: bool = False) -> bytes | None:
        """Take away what is ahead of a pattern, and the pattern unless that is kept; return the former."""
        looked_at = 0
        while (found := pattern.search(self._held, looked_at)) is None:
            looked_at = max(0, len(self._held) - _LONGEST_LINE)
            if len(self._held) > most or not self._more():
                return None
        ahead = bytes(self._held[: found.start()])
        del self._held[: found.start() if keep else found.end()]
        return ahead

    def _exactly(self, length: int) -> bytes | None:
        while len(self._held) < length:
            if length > MOST_BYTES or not self._more():
                return None
        with memoryview(self._held) as held:
            part = bytes(held[:length])
        del self._held[:length]
        return part

    def _more(self) -> bool:
        if self._monotonic() > self._late_at:
            raise TimeoutError  # Each piece in time, and yet no whole part.
        piece = self._body.read1(_READ_BYTES)
        self._held += piece
        return bool(piece)
