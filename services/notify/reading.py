"""Where one camera's results are read, and from where on."""

from typing import Protocol

from shared.entries import entry_order
from shared.streams import Entry

BLOCK_MS = 100
"""How long one read of the results waits: there is the status to ask for, and who has left."""

FIRST_ID = "0-0"
"""Every entry stands behind it."""


class Results(Protocol):
    """A camera's results stream."""

    def newest_result(self) -> Entry | None:
        """Return the newest entry, or None."""

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        """Wait for entries behind `last_id`; return them, oldest first."""


class Reading:
    """Reads one camera's results, each once.

    Its methods raise a `BrokerError` where the broker is away or refuses.
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._last_id = FIRST_ID

    def begin(self, *, oldest: bool) -> None:
        """Go on with the oldest that is still there, or with the newest."""
        newest = None if oldest else self._results.newest_result()
        self._last_id = _before(newest.id) if newest else FIRST_ID

    def entries(self) -> list[Entry]:
        """Return what came since, oldest first; waits for a moment."""
        entries = self._results.results_after(self._last_id, block_ms=BLOCK_MS)
        if entries:
            self._last_id = entries[-1].id
        return entries

    def has_begun_again(self) -> bool:
        """Return whether the stream did: after its expiry, a clock set back gives ids before the last one."""
        newest = self._results.newest_result()
        return newest is not None and entry_order(newest.id) < entry_order(self._last_id)


def _before(entry_id: str) -> str:
    moment, number = entry_order(entry_id)
    return f"{moment}-{number - 1}" if number else f"{moment - 1}-{2**64 - 1}"
