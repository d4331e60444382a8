"""One camera's results, read once for all viewers of this process: in order, each accounted for."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from services.web.ordering import Ordering
from services.web.picture import Picture, picture_of
from shared.entities import Result
from shared.entries import decode_result, entry_order
from shared.errors import BrokerError, BrokerRefused, EntryError
from shared.logs import Seldom
from shared.streams import Entry

log = logging.getLogger(__name__)

BLOCK_MS = 1000
"""How long one read waits: less than redis-py's timeout, and the longest that an ended reader stays."""

FRESH_FOR_S = 1.0
"""A picture that came longer ago is no live picture."""

REFUSED_WAIT_S = 1.0

FIRST_ID = "0-0"
"""Every entry stands behind it."""


class Results(Protocol):
    """A camera's results stream."""

    def newest_result(self) -> Entry | None:
        """Return the newest entry, or None."""

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        """Wait for entries behind `last_id`; return them, oldest first."""


class Clock(Protocol):
    """The broker's clock."""

    def now(self) -> int:
        """Return the time, in Unix nanoseconds."""


Repeat = Callable[[Callable[[], object], Event], None]
"""Calls a step until an event is set, and waits for the broker where it is away."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reader reads.

    Attributes:
        results: the camera's results.
        run_id: names the broker's life; another one means that its counts began again.
        clock: the broker's.
        repeat: calls a step again and again.
        floor: returns a result as it may be shown, the very same or without its picture.
    """

    results: Results
    run_id: Callable[[], str]
    clock: Clock
    repeat: Repeat
    floor: Callable[[Result], Result]


class Reader:
    """Reads a camera's results and shows the newest.

    Args:
        source: where to read.
        ordering: decides which one is shown, and keeps the account.
        show: takes each picture that is shown.
        monotonic: this process's clock, in seconds.
    """

    def __init__(
        self,
        source: Source,
        ordering: Ordering,
        show: Callable[[Picture], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._ordering = ordering
        self._show = show
        self._monotonic = monotonic
        self._seldom = Seldom(log)
        self._run: str | None = None
        self._last_id: str | None = None
        self._interrupted = False
        self._stop = Event()

    def run(self, stop: Event) -> None:
        """Read until `stop` is set; a broker that is away is waited for, one that refuses is asked again."""
        self._stop = stop
        while not stop.is_set():
            try:
                self._source.repeat(self.step, stop)
            except BrokerRefused as error:
                self._seldom.warning("%s", error)
                stop.wait(REFUSED_WAIT_S)

    def step(self) -> None:
        """Read once, for at most a second.

        Raises:
            BrokerError: the broker is away or refuses; the next step finds out whether it is still the same.
        """
        try:
            self._step()
        except BrokerError:
            self._interrupted = True
            raise

    def _step(self) -> None:
        if self._interrupted or self._last_id is None:
            self._resume()
        entries = self._source.results.results_after(self._last_id or FIRST_ID, block_ms=BLOCK_MS)
        if self._stop.is_set():
            # What came meanwhile is for a successor, which counts in the same account.
            return
        if not entries:
            self._check_the_stream()
            return
        self._last_id = entries[-1].id
        self._take([self._decoded(entry) for entry in entries])

    def _resume(self) -> None:
        run = self._source.run_id()
        if run != self._run:
            self._begin()
        self._run, self._interrupted = run, False

    def _begin(self) -> None:
        """Begin from the newest result, in a new epoch of the account."""
        self._ordering.begin()
        newest = self._source.results.newest_result()
        self._last_id = newest.id if newest else FIRST_ID
        result = self._decoded(newest) if newest else None
        if result and self._source.clock.now() - result.t < FRESH_FOR_S * 1e9:
            self._take([result])

    def _check_the_stream(self) -> None:
        """Begin again if the stream did: after its expiry, a clock set back gives ids before the last one."""
        newest = self._source.results.newest_result()
        if newest and entry_order(newest.id) < entry_order(self._last_id or FIRST_ID):
            self._begin()

    def _take(self, results: Sequence[Result | None]) -> None:
        shown = self._ordering.take(results)
        if shown is not None:
            latency_ns = self._source.clock.now() - shown.t
            kept = self._source.floor(shown)
            withheld = kept is not shown
            self._show(picture_of(kept, arrived=self._monotonic(), latency_ns=latency_ns, withheld=withheld))

    def _decoded(self, entry: Entry) -> Result | None:
        try:
            return decode_result(entry.fields)
        except EntryError as error:
            self._seldom.warning("result %s is passed over: %s", entry.id, error)
            return None
