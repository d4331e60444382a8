"""One clock for all services: the broker's.

Each process keeps the difference between the broker's `TIME` and its own monotonic clock, from the exchange
with the least round trip (Cristian's algorithm, 1989: the error is at most half of that round trip), and adds
it to its monotonic clock. Ages are then right across machines whose wall clocks differ.
"""

import time
from collections.abc import Callable
from threading import Lock

from shared.broker import Broker

FIRST_EXCHANGES = 5
EXCHANGE_EVERY_NS = 5_000_000_000
FORGET_AFTER_NS = 60_000_000_000
"""An old exchange is forgotten even if it was quicker: clocks drift apart by up to 100 ppm, 6 ms a minute."""

DRIFT_NS = 6_000_000


class BrokerClock:
    """The broker's time, in Unix nanoseconds.

    Args:
        broker: who has the time.
        monotonic_ns: the process's own clock.
    """

    def __init__(self, broker: Broker, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._broker = broker
        self._monotonic_ns = monotonic_ns
        self._lock = Lock()
        self._offset_ns: int | None = None
        self._round_trip_ns = 0
        self._best_at_ns = 0
        self._asked_at_ns = 0

    def now(self) -> int:
        """Return the broker's time now, in Unix nanoseconds.

        Raises:
            BrokerError: the first exchange failed.
        """
        offset_ns = self._known_offset_ns()
        return self._monotonic_ns() + offset_ns

    def at(self, monotonic_ns: int) -> int:
        """Return the broker's time at a moment of this process's monotonic clock.

        Raises:
            BrokerError: the first exchange failed.
        """
        return monotonic_ns + self._known_offset_ns()

    def refresh(self) -> None:
        """Exchange times with the broker if the last exchange is long ago.

        Raises:
            BrokerError: the exchange failed.
        """
        now = self._monotonic_ns()
        if self._offset_ns is None:
            for _ in range(FIRST_EXCHANGES):
                self._exchange()
        elif now - self._asked_at_ns >= EXCHANGE_EVERY_NS:
            self._exchange()

    def _known_offset_ns(self) -> int:
        if self._offset_ns is None:
            self.refresh()
        assert self._offset_ns is not None  # noqa: S101  refresh() has set it or raised
        return self._offset_ns

    def _exchange(self) -> None:
        with self._broker.errors():
            before = self._monotonic_ns()
            seconds, micros = self._broker.redis.time()
            after = self._monotonic_ns()
        round_trip = after - before
        offset = seconds * 1_000_000_000 + micros * 1_000 - (before + round_trip // 2)
        with self._lock:
            self._asked_at_ns = after
            if self._is_better(offset, round_trip, after):
                self._offset_ns, self._round_trip_ns, self._best_at_ns = offset, round_trip, after

    def _is_better(self, offset: int, round_trip: int, at: int) -> bool:
        if self._offset_ns is None or at - self._best_at_ns > FORGET_AFTER_NS:
            return True
        if round_trip <= self._round_trip_ns:
            return True
        # Further apart than both errors together allow: the broker's clock was set, or it is another broker.
        return abs(offset - self._offset_ns) > (round_trip + self._round_trip_ns) // 2 + DRIFT_NS
