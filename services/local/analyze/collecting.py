"""From the results in the broker to a journal on disk; only what is safe there is forgotten here."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from shared.delivery import CollectedResult
from shared.recorded import RecordedResult, RecordingEnd
from shared.recordings import RecordingStreams

BLOCK_MS = 100
"""To wait for results at most, before looking whether everybody is still there."""

KEEP = 4
"""Results are written together when there are so many: half of what may be unfinished of large frames."""

KEEP_S = 0.25
"""Or when the first of them has waited for so long."""


class Store(Protocol):
    """Where results are safe."""

    def append(self, results: Sequence[RecordedResult]) -> None:
        """Write results; they are safe when this returns."""
        ...


class Collector:
    """Collects a recording's results.

    Attributes:
        end: the publisher's last word, once it has said it.
        collected: how many results were stored.
    """

    def __init__(
        self,
        streams: RecordingStreams,
        store: Store,
        vouch: Callable[[Iterable[str]], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what is collected, where it goes, and what refuses the results of workers, by their ids."""
        self.end: RecordingEnd | None = None
        self.collected = 0
        self._streams = streams
        self._store = store
        self._vouch = vouch
        self._monotonic = monotonic
        self._kept: list[CollectedResult] = []
        self._kept_since = 0.0

    def step(self) -> bool:
        """Wait a moment for results and store them; return whether there will be no more.

        Raises:
            BrokerError: the broker is away or refuses.
            RecordingGone: it has lost the recording.
            JournalError: the results cannot be stored.
            SettingsError: a worker has done some of them that does not agree with those before.
        """
        found = self._streams.collect(block_ms=BLOCK_MS)
        if found and not self._kept:
            self._kept_since = self._monotonic()
        self._kept += found
        if self._is_due(found):
            self._flush()
        return self.end is not None and not self._kept and self._streams.account().is_done

    def _is_due(self, found: Sequence[CollectedResult]) -> bool:
        late = self._monotonic() - self._kept_since >= KEEP_S
        return bool(self._kept) and (late or not found or len(self._kept) >= KEEP)

    def _flush(self) -> None:
        results = [one.result for one in self._kept if isinstance(one.result, RecordedResult)]
        ends = [one.result for one in self._kept if isinstance(one.result, RecordingEnd)]
        # A frame that failed depends on nothing.
        self._vouch({one.worker for one in results if not one.failure})
        self._store.append(results)
        self._streams.forget([one.id for one in self._kept])
        self.collected += len(results)
        self.end = next(iter(ends), self.end)
        self._kept = []
