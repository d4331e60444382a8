"""Takes the newest picture of a source that can be polled, without a second thread."""

import time
from collections.abc import Callable

from services.capture.picture import Picture
from services.capture.reading import Captured
from services.capture.sources.source import PolledSource
from shared.errors import SourceError

AT_ONCE_NS = 20_000_000
"""So long is read in a row, at most: more than that takes a source that never pauses."""

UNREAD_NS = 50_000_000
"""After so long without a read, senders may hold pictures back, which then come late and all at once.

Where one does so sooner, an age may be told too small by as much.
"""

QUIET_NS = 10_000_000
"""When nothing has come for so long, nothing is held back any longer; less than a camera's own pauses."""

CATCH_UP_NS = 1_000_000_000
"""So long is waited for that, at most, and no longer than nothing was read."""


class PollingReader:
    """Reads `source` whenever its pictures are asked for, in the thread that asks.

    To hand a picture from one thread to another costs as much as reading it. What comes while nobody asks
    collects in the connection, and gives way to the newest of it at the next call. When that came is not
    known; it counts as having come at the last moment at which nothing was there to read, so that its age is
    told too large, if anything.

    Args:
        source: gives the pictures.
        monotonic_ns: the clock of `Captured`.
    """

    def __init__(self, source: PolledSource, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._source = source
        self._monotonic_ns = monotonic_ns
        self._read_ns = self._since_ns = monotonic_ns()  # What is read next came after the latter.
        self._half_since_ns: int | None = None  # The same, for the picture that is half in.
        self._ended: SourceError | None = None
        self._stopped = False

    @property
    def holds_source(self) -> bool:
        """Whether the source is still open: `stop` closes it at once."""
        return not self._stopped

    @property
    def replaced(self) -> int:
        """Pictures that gave way to a newer one before anybody took them."""
        return self._source.passed_over

    def take(self, timeout: float) -> Captured | None:
        """Return the newest picture that was not taken yet; wait up to `timeout` seconds for one.

        None if none came in time, or after `stop`.

        Raises:
            SourceError: the source is lost, and its last picture was taken.
        """
        if self._stopped:
            return None
        until_ns = self._monotonic_ns() + round(timeout * 1e9)
        is_late = False
        while self._ended is None and not is_late and self._came(until_ns):
            since_ns = self._since_ns
            is_cut = self._collect()
            if (picture := self._newest()) is not None:
                came_ns = since_ns if self._half_since_ns is None else self._half_since_ns
                self._half_since_ns = since_ns if is_cut else None
                return Captured(picture, came_ns)
            if is_cut and self._half_since_ns is None:
                self._half_since_ns = since_ns
            is_late = self._read_ns >= until_ns  # Pieces can come all the time, and yet no whole picture.
        if self._ended is not None:
            raise self._ended
        return None

    def stop(self, patience_s: float = 1.0) -> bool:  # noqa: ARG002  nothing is waited for
        """Close the source; True, for nobody else is reading it."""
        self._stopped = True
        self._source.close()
        return True

    def _came(self, until_ns: int) -> bool:
        """Wait until something is there to read; return whether it is."""
        if self._source.poll(0):
            return True
        left_ns = until_ns - self._monotonic_ns()
        is_there = left_ns > 0 and self._source.poll(left_ns / 1e9)
        self._note_empty()
        return is_there

    def _collect(self) -> bool:
        """Take in what has come, and where a sender may have held pictures back, what comes until it pauses.

        Returns:
            Whether it does not, and a picture of that time is half in.
        """
        began_ns = self._monotonic_ns()
        unread_ns = began_ns - self._read_ns
        is_behind = unread_ns > UNREAD_NS
        enough_ns = began_ns + (min(unread_ns, CATCH_UP_NS) if is_behind else AT_ONCE_NS)
        while self._taken_in() or (is_behind and self._comes_more()):
            self._read_ns = self._monotonic_ns()
            if self._read_ns > enough_ns:
                # Never all of what came is read, but what was there at the beginning is.
                self._since_ns = began_ns
                return is_behind and self._source.has_begun
        self._note_empty()
        return False

    def _taken_in(self) -> bool:
        try:
            return self._source.collect()
        except SourceError as error:
            self._ended = error
            return False

    def _comes_more(self) -> bool:
        # Half a picture is no end: its rest is the next that comes, however far away the sender is.
        return self._ended is None and (self._source.poll(QUIET_NS / 1e9) or self._source.has_begun)

    def _note_empty(self) -> None:
        self._read_ns = self._since_ns = self._monotonic_ns()

    def _newest(self) -> Picture | None:
        try:
            return self._source.newest()
        except SourceError as error:
            self._ended = error
            return None
