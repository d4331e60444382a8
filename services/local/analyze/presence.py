"""That a recording is wanted, and whether there is anybody to do it."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from services.local.analyze.agreement import check_agreed
from shared.errors import BrokerError, SettingsError
from shared.recordings import RecordingStreams
from shared.registry import HEARTBEAT_EVERY_S, Registry, Worker

ALONE_AFTER_S = 5.0
"""So long after the start, or after the last worker left, that there is none is said. One that is started
meanwhile takes longer on a busy machine: who starts one waits longer."""

SILENT_MS = 2_500
"""One of whom nothing was heard for so long may have died, and another one stands in its place."""

Say = Callable[[str], None]


class Presence:
    """Says that the recording is wanted, and whether there is anybody to do it.

    Attributes:
        workers: how many have been there at once.
    """

    def __init__(
        self,
        registry: Registry,
        recording: str,
        say: Say,
        depends_on: Mapping[str, str],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        alone_after_s: float = ALONE_AFTER_S,
    ) -> None:
        """Take who is where, what is wanted, who is told, and what the results so far depend on."""
        self.workers = 0
        self._registry = registry
        self._recording = recording
        self._say = say
        self._depends_on = depends_on
        self._monotonic = monotonic
        self._alone_after_s = alone_after_s
        self._beat_at = float("-inf")
        self._worked_at = monotonic()
        self._is_alone = False
        self._known: set[str] = set()

    def look(self) -> None:
        """Do what is due.

        Raises:
            BrokerError: the broker is away, or refuses.
            SettingsError: a worker came that does not agree with those before.
        """
        now = self._monotonic()
        if now - self._beat_at < HEARTBEAT_EVERY_S:
            return
        self._beat_at = now
        self._registry.recording_is_here(self._recording)
        workers = self._checked()
        heard = [worker for worker in workers if worker.heartbeat_age_ms < SILENT_MS]
        self.workers = max(self.workers, len(heard))
        if workers:
            self._worked_at, self._is_alone = now, False
        elif now - self._worked_at >= self._alone_after_s and not self._is_alone:
            self._is_alone = True
            self._say("no worker is there; waiting for one")

    def vouch(self, workers: Iterable[str]) -> None:
        """See that workers who have done frames agree with those before, however short they were there.

        Raises:
            BrokerError: the broker is away, or refuses.
            SettingsError: one does not agree, or nobody knows any more whether it did.
        """
        if not self._depends_on or self._known.issuperset(workers):
            return
        self._checked()
        unknown = sorted(set(workers) - self._known)
        if unknown:
            raise SettingsError(
                f"worker {unknown[0]} did frames and left without a word of what they depend on; "
                "--resume does them again"
            )

    def _checked(self) -> list[Worker]:
        workers = self._registry.workers()
        check_agreed(workers, self._depends_on)
        self._known.update(worker.id for worker in workers)
        return workers

    def leave(self, streams: RecordingStreams) -> None:
        """Take the recording away, with all that is left of it; the broker may be gone itself."""
        with suppress(BrokerError):
            self._registry.recording_left(self._recording)
            streams.remove()
