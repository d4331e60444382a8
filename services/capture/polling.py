"""Takes the newest picture of a source that can be polled, without a second thread."""

import time
from collections.abc import Callable

from services.capture.picture import Picture
from services.capture.reading import Captured
from services.capture.sources.source import PolledSource
from shared.errors import SourceError

AT_ONCE_NS = 20_000_000
"""So long pictures are passed over in a row, at most: a source that never pauses has no newest one."""


class PollingReader:
    """Reads `source` whenever its pictures are asked for, in the thread that asks.

    To hand a picture from one thread to another costs as much as reading it. What comes while nobody asks
    collects in the connection and is passed over at the next call; when it came is not known then, and it
    counts as having come right after the call before: ages are never told too small.

    Args:
        source: gives the pictures.
        monotonic_ns: the clock of `Captured`.
    """

    def __init__(self, source: PolledSource, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._source = source
        self._monotonic_ns = monotonic_ns
        self._left_ns = monotonic_ns()
        self._replaced = 0
        self._ended: SourceError | None = None
        self._stopped = False

    @property
    def holds_source(self) -> bool:
        """Whether the source is still open: `stop` closes it at once."""
        return not self._stopped

    @property
    def replaced(self) -> int:
        """Pictures that gave way to a newer one before anybody took them."""
        return self._replaced

    def take(self, timeout: float) -> Captured | None:
        """Return the newest picture that was not taken yet; wait up to `timeout` seconds for one.

        None if none came in time, or after `stop`.

        Raises:
            SourceError: the source is lost, and its last picture was taken.
        """
        if self._stopped:
            return None
        if self._ended is not None:
            raise self._ended
        picture, came_ns = self._newest(), self._left_ns
        if picture is None:
            picture = self._awaited(timeout)
            came_ns = self._monotonic_ns()
        self._left_ns = self._monotonic_ns()
        return None if picture is None else Captured(picture, came_ns)

    def stop(self, patience_s: float = 1.0) -> bool:  # noqa: ARG002  nothing is waited for
        """Close the source; True, for nobody else is reading it."""
        self._stopped = True
        self._source.close()
        return True

    def _awaited(self, timeout: float) -> Picture | None:
        until_ns = self._monotonic_ns() + round(timeout * 1e9)
        picture = None
        while picture is None and (left_ns := until_ns - self._monotonic_ns()) > 0:
            if self._source.poll(left_ns / 1e9):
                picture = self._newest()
        return picture

    def _newest(self) -> Picture | None:
        enough_ns = self._monotonic_ns() + AT_ONCE_NS
        newest: Picture | None = None
        try:
            while (picture := self._source.next()) is not None:
                self._replaced += newest is not None
                newest = picture
                if self._monotonic_ns() > enough_ns:
                    break
        except SourceError as error:
            if newest is None:
                raise
            self._ended = error
        return newest
