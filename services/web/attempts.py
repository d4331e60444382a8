"""Slows down who guesses tokens."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

LIMIT = 10
PERIOD_S = 60.0

MOST_ADDRESSES = 10_000
"""Remembered at once, so that failures from everywhere cannot fill the memory."""


class Attempts:
    """Failed attempts by client address: after `LIMIT` within `PERIOD_S` seconds, no more are taken."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: dict[str, deque[float]] = {}

    def failed(self, address: str) -> None:
        """Count a failed attempt."""
        with self._lock:
            if address not in self._failures and len(self._failures) >= MOST_ADDRESSES:
                self._failures.pop(next(iter(self._failures)))
            self._failures.setdefault(address, deque(maxlen=LIMIT)).append(self._clock())

    def blocked(self, address: str) -> bool:
        """Return whether an address has failed too often lately."""
        oldest = self._clock() - PERIOD_S
        with self._lock:
            failures = self._failures.get(address)
            if failures is None:
                return False
            while failures and failures[0] < oldest:
                failures.popleft()
            if not failures:
                del self._failures[address]
            return len(failures) >= LIMIT
