"""The parts of an HTTP body that never ends, `multipart/x-mixed-replace`, as each arrives."""

import re
from collections.abc import Generator

MOST_BYTES = 16 * 1024 * 1024
"""Of a part: no camera's picture has more, and what never ends is none."""

_MOST_HEAD_BYTES = 65_536
_LONGEST_LINE = 1_024
_LENGTH = re.compile(rb"^content-length\s*:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_MOST_DIGITS = len(str(MOST_BYTES))
_HEAD_END = re.compile(rb"(?:^|\r?\n)\r?\n")  # A part need not have headers.


class Parts:
    """Takes one part after the other out of what it is fed; it reads nothing itself, and never waits.

    Cameras are lax about everything but the length that they tell.

    Attributes:
        has_begun: whether the beginning of a part was fed, and its end was not.

    Args:
        boundary: between the parts, as the headers call it.
    """

    def __init__(self, boundary: str) -> None:
        # Many a camera names a boundary with dashes that it writes, or with dashes that it does not write.
        name = re.escape(boundary.strip("-").encode())
        self._boundary = re.compile(rb"(?:^|\r?\n)--+" + name + rb"[^\n]*\n")
        self.has_begun = False
        self._held = bytearray()
        self._walk = self._parts()

    def feed(self, piece: bytes) -> None:
        """Take what arrived."""
        self._held += piece

    def next(self) -> bytes | None:
        """Return the next part, byte for byte; None as long as it has not arrived as a whole.

        Raises:
            ValueError: it has more than `MOST_BYTES`, or a head without an end; nothing comes after it.
        """
        return next(self._walk)

    def _parts(self) -> Generator[bytes | None, None, None]:
        """Yield each part, and None wherever more has to arrive."""
        while True:
            yield from self._until(self._boundary, _MOST_HEAD_BYTES)
            self.has_begun = True
            head = yield from self._until(_HEAD_END, _MOST_HEAD_BYTES)
            length = _LENGTH.search(head)
            if length is None:
                part = yield from self._until(self._boundary, MOST_BYTES, keep=True)
            else:
                part = yield from self._exactly(length[1].lstrip(b"0") or b"0")
            self.has_begun = False
            yield part

    def _until(
        self, pattern: re.Pattern[bytes], most: int, *, keep: bool = False
    ) -> Generator[None, None, bytes]:
        """Take away what is ahead of a pattern, and the pattern unless that is kept; return the former."""
        looked_at = 0
        while (found := pattern.search(self._held, looked_at)) is None:
            looked_at = max(0, len(self._held) - _LONGEST_LINE)
            if len(self._held) > most:
                raise ValueError("a part without an end")
            yield
        ahead = bytes(self._held[: found.start()])
        del self._held[: found.start() if keep else found.end()]
        return ahead

    def _exactly(self, digits: bytes) -> Generator[None, None, bytes]:
        if len(digits) > _MOST_DIGITS or (length := int(digits)) > MOST_BYTES:
            raise ValueError(f"a part of more than {MOST_BYTES} bytes")
        while len(self._held) < length:
            yield
        with memoryview(self._held) as held:
            part = bytes(held[:length])
        del self._held[:length]
        return part
