"""Logging: one line an event, on standard error; only a program's `main` sets it up."""

import logging
import time
from collections.abc import Callable

FORMAT = "%(asctime)s %(levelname)-7s %(service)s: %(message)s"


def set_up(service: str, level: str) -> None:
    """Send this process's log to standard error, each line with the service's name."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT, datefmt="%H:%M:%S", defaults={"service": service}))
    logging.basicConfig(level=level, handlers=[handler], force=True)


class Seldom:
    """Lets one log line through a second, and says how many it held back.

    For what a bad sender can cause thousands of times a second.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._next = float("-inf")
        self._held_back = 0

    def warning(self, message: str, *args: object) -> None:
        """Log a warning, or count it as held back."""
        now = self._clock()
        if now < self._next:
            self._held_back += 1
            return
        more = f" (and {self._held_back} more like it)" if self._held_back else ""
        self._log.warning(message + "%s", *args, more)
        self._next = now + 1.0
        self._held_back = 0
