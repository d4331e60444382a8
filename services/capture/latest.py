"""A thread that always holds a source's newest picture, so that whoever takes them never gets old ones."""

import logging
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from services.capture.picture import Picture
from services.capture.reading import Captured
from services.capture.sources.source import Source
from shared.errors import SourceError

_log = logging.getLogger(__name__)


class LatestReader:
    """Reads `source` as fast as it delivers, from construction to `stop`, into one slot.

    The thread owns the source and closes it when it ends: nobody may close a device while another thread is
    in its driver. It is a daemon, so that a driver that never returns cannot keep the process alive.

    Args:
        source: gives the pictures.
        camera: whose they are, for the log.
    """

    def __init__(self, source: Source, camera: str = "camera") -> None:
        self._source = source
        self._camera = camera
        # One picture at most, and behind it None, which wakes whoever waits for a picture that won't come.
        self._slot: SimpleQueue[Captured | None] = SimpleQueue()
        self._replaced = 0
        self._ended: SourceError | None = None
        self._stopped = False
        self._thread = Thread(target=self._run, name="latest-reader", daemon=True)
        self._thread.start()

    @property
    def holds_source(self) -> bool:
        """Whether the source is still open: the thread closes it as its last act."""
        return self._thread.is_alive()

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
        taken, ended = None, self._ended
        with suppress(Empty):
            taken = self._slot.get(timeout=0 if ended or self._stopped else timeout)
            ended = self._ended  # Without an answer it is that of before: a picture may have come since.
        if self._stopped:
            return None
        if taken is None and ended is not None:
            raise ended
        return taken

    def stop(self, patience_s: float = 1.0) -> bool:
        """Stop reading; True if the source was closed within `patience_s`, else it is left to its thread."""
        self._stopped = True
        self._slot.put(None)
        self._thread.join(patience_s)
        if self.holds_source:
            _log.warning("%s: its source is stuck in a read, left behind unclosed", self._camera)
            return False
        return True

    def _run(self) -> None:
        try:
            while not self._stopped:
                self._put(self._source.read())
        except SourceError as error:
            self._end(error)
        except Exception as error:  # whoever takes must hear of it, whatever it is
            _log.exception("%s: its source failed in a way of its own", self._camera)
            self._end(SourceError(f"the source failed: {error!r}"))
        finally:
            self._source.close()

    def _put(self, picture: Picture) -> None:
        captured_ns = time.monotonic_ns()
        with suppress(Empty):
            self._slot.get_nowait()
            self._replaced += 1
        self._slot.put(Captured(picture, captured_ns))

    def _end(self, error: SourceError) -> None:
        self._ended = error
        self._slot.put(None)
