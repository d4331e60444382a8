"""A viewer of a feed: notes the age of each frame, and decodes none."""

from dataclasses import dataclass, field

HEAD_STEP = 512
"""Bytes looked at for the end of a part's headers, which are some 120."""

END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True)
class Viewer:
    """One viewer: notes the age of each frame that has arrived whole.

    Attributes:
        frames: how many have arrived since it was last reset.
        ages_ms: of each of them.
        ended: whether the feed has.
    """

    frames: int = 0
    ages_ms: list[float] = field(default_factory=list)
    ended: bool = False
    _head: bytes = b""
    _left: int = 0
    _captured_s: float | None = None

    def reset(self) -> None:
        """Forget what has arrived."""
        self.frames, self.ages_ms = 0, []

    def feed(self, data: bytes, now_s: float) -> None:
        """Take what has arrived at Unix time `now_s`.

        Raises:
            ValueError: it is no feed.
        """
        at = 0
        while at < len(data):
            at = self._skip(data, at, now_s) if self._left else self._read_head(data, at)

    def _skip(self, data: bytes, at: int, now_s: float) -> int:
        step = min(self._left, len(data) - at)
        self._left -= step
        if not self._left and self._captured_s is not None:
            self.frames += 1
            self.ages_ms.append(1000 * (now_s - self._captured_s))
        return at + step

    def _read_head(self, data: bytes, at: int) -> int:
        known = len(self._head)
        self._head += data[at : at + HEAD_STEP]
        end = self._head.find(END_OF_HEAD)
        if end < 0:
            return at + HEAD_STEP
        head, self._head = self._head[:end], b""
        self._left, self._captured_s = parse_head(head)
        return at + end + len(END_OF_HEAD) - known


def parse_head(head: bytes) -> tuple[int, float | None]:
    """Return the length of the picture that follows, and when it was captured; None for a placeholder.

    Raises:
        ValueError: it is the head of an answer that is no feed.
    """
    lines = head.decode("latin-1").split("\r\n")
    if lines[0].startswith("HTTP/"):
        if lines[0].split()[1:2] != ["200"]:
            raise ValueError(f"no feed: {lines[0]}")
        return 0, None
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    captured = headers.get("x-captured-at")
    return int(headers["content-length"]), None if captured is None else float(captured)
