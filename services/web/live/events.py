"""One camera's server-sent events for one reader, as a plain generator of bytes."""

import time
from collections.abc import Callable, Iterator

from services.web.channel import Channel
from services.web.line import Line
from services.web.live.asked import EventsAsked
from services.web.live.board import OPENING, Board, gap
from services.web.live.pace import Pace
from services.web.live.recent import thinned
from services.web.picture import Picture

STATUS_EVERY_S = 1.0
"""It also keeps the connection alive: nothing between here and the reader takes it for a dead one."""

FIRST_STATUS_S = 0.2
"""By then the broker has said the numbers of a camera that nobody read before."""

WHOLE_BYTES = 1024
"""A message is filled up to a multiple of this. A reader that stops is known by the window that its side
announces, in steps of up to so many bytes, rounded up (Linux, where a socket may take 32 MiB): with smaller
messages, each acknowledged by itself, it never became smaller."""

END_OF_DATA = b"}\n\n"

Told = Callable[[int, int], None]
"""Is told how many results went to a reader, and how many were passed over for newer ones."""


class Events:
    """What one reader gets: results, newest first of all, and how the camera is.

    Args:
        channel: the camera's.
        board: its messages.
        asked: how the reader wants them.
        told: see `Told`.
        clock: this process's, in seconds.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        channel: Channel,
        board: Board,
        asked: EventsAsked,
        told: Told,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._channel = channel
        self._board = board
        self._asked = asked
        self._told = told
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(asked.rate, clock())
        self._status_at = clock() + FIRST_STATUS_S
        self._version = 0
        self._last_frame = ""
        self._gap_from: str | None = None

    def to(self, line: Line) -> Iterator[bytes]:
        """Yield the messages until the reader takes no more or the feed ends."""
        yield filled(OPENING + self._missed())
        while not self._channel.feed.closed:
            message = filled(self._next())
            if message:
                yield message
                if not line.wait_until_taken(len(message)):
                    return

    def _missed(self) -> bytes:
        """Return what a reader that comes back has missed; for others, the newest result if it is live."""
        self._version, newest = self._channel.feed.latest()
        last_id = self._asked.last_id
        missed = None if last_id is None else self._channel.recent.after(last_id)
        if missed is not None:
            return self._all_of(missed)
        self._gap_from = last_id
        return self._sent(newest, 0) if newest and self._channel.is_fresh(newest) else b""

    def _all_of(self, missed: list[Picture]) -> bytes:
        kept = thinned(missed, self._asked.rate)
        self._last_frame = kept[-1].result.frame if kept else self._asked.last_id or ""
        self._told(len(kept), len(missed) - len(kept))
        self._pace.went(self._clock())
        return b"".join(map(self._worded, kept))

    def _next(self) -> bytes:
        """Return the next message; nothing where it is yet to come."""
        now = self._clock()
        left = self._status_at - now
        if left <= 0:
            self._status_at = now + STATUS_EVERY_S
            return self._board.status()
        wait_s = self._pace.wait_s(now)
        if wait_s > 0:
            self._sleep(min(wait_s, left))
            return b""
        before = self._version
        self._version, picture = self._channel.feed.newer(before, left)
        # What was remembered for a reader that came back may be newer than the feed was a moment before.
        if picture is None or picture.result.frame == self._last_frame:
            return b""
        return self._sent(picture, self._version - before - 1)

    def _sent(self, picture: Picture, passed_over: int) -> bytes:
        self._told(1, passed_over)
        self._pace.went(self._clock())
        self._last_frame = picture.result.frame
        before = b""
        if self._gap_from is not None:
            before, self._gap_from = gap(self._gap_from, picture.result.t), None
        return before + self._worded(picture)

    def _worded(self, picture: Picture) -> bytes:
        return self._board.result(picture, crops=self._asked.crops)


def filled(message: bytes) -> bytes:
    """Return a message whose size is a multiple of `WHOLE_BYTES`: with spaces behind its last JSON object."""
    if not message.endswith(END_OF_DATA):
        return message
    return message[:-2] + b" " * (-len(message) % WHOLE_BYTES) + message[-2:]
