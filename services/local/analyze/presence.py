"""That a recording is wanted, and whether there is anybody to do it."""

import time
from collections.abc import Callable
from contextlib import suppress

from shared.errors import BrokerError
from shared.recordings import RecordingStreams
from shared.registry import HEARTBEAT_EVERY_S, Registry

ALONE_AFTER_S = 5.0
"""So long after the start, or after the last worker left, that there is none is said."""

Say = Callable[[str], None]


class Presence:
    """Says that the recording is wanted, and whether there is anybody to do it."""

    def __init__(
        self,
        registry: Registry,
        recording: str,
        say: Say,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._recording = recording
        self._say = say
        self._monotonic = monotonic
        self._beat_at = float("-inf")
        self._worked_at = monotonic()
        self._is_alone = False

    def look(self) -> None:
        """Do what is due.

        Raises:
            BrokerError: the broker is away, or refuses.
        """
        now = self._monotonic()
        if now - self._beat_at < HEARTBEAT_EVERY_S:
            return
        self._beat_at = now
        self._registry.recording_is_here(self._recording)
        if self._registry.workers():
            self._worked_at, self._is_alone = now, False
        elif now - self._worked_at >= ALONE_AFTER_S and not self._is_alone:
            self._is_alone = True
            self._say("no worker is there; waiting for one")

    def leave(self, streams: RecordingStreams) -> None:
        """Take the recording away, with all that is left of it; the broker may be gone itself."""
        with suppress(BrokerError):
            self._registry.recording_left(self._recording)
            streams.remove()
