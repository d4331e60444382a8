"""Logging: one line an event, on standard error; only a program's `main` sets it up."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

FORMAT = "%(asctime)s %(levelname)-7s %(service)s: %(message)s"


def set_up(service: str, level: str) -> None:
    """Send this process's log to standard error, each line with the service's name."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT, datefmt="%H:%M:%S", defaults={"service": service}))
    logging.basicConfig(level=level, handlers=[handler], force=True)


MOST_KINDS = 256
"""Kinds of line that are told apart: whoever can write to the broker can name cameras without end."""


@dataclass(slots=True)
class _Kind:
    next: float
    held_back: int = 0


class Seldom:
    """Lets one log line of a kind through a second, and says how many like it were held back.

    For what a bad sender can cause thousands of times a second. Lines of the same message, about the same
    thing, are of one kind.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._lock = Lock()
        self._kinds: dict[tuple[str, str], _Kind] = {}

    def warning(self, message: str, *args: object, about: str = "") -> None:
        """Log a warning about `about`, such as a camera's id, or count it as held back."""
        held_back = self._held_back((message, about))
        if held_back is not None:
            more = f" (and {held_back} more like it)" if held_back else ""
            self._log.warning(message + "%s", *args, more)

    def _held_back(self, key: tuple[str, str]) -> int | None:
        """Return how many were held back before this line; None where it is held back itself."""
        now = self._clock()
        with self._lock:
            if len(self._kinds) >= MOST_KINDS and key not in self._kinds:
                key = ("", "")  # All that are too many are of one kind.
            kind = self._kinds.setdefault(key, _Kind(now))
            if now < kind.next:
                kind.held_back += 1
                return None
            held_back, kind.next, kind.held_back = kind.held_back, now + 1.0, 0
            return held_back
