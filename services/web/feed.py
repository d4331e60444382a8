"""The one-slot feed: the newest value with its version, one writer, many waiting readers."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Feed(Generic[T]):
    """Holds the newest value. A reader that is slow misses values; it never gets old ones."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._version = 0
        self._value: T | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the feed has ended."""
        return self._closed

    def put(self, value: T) -> None:
        """Replace the value and wake every reader."""
        with self._changed:
            self._version += 1
            self._value = value
            self._changed.notify_all()

    def close(self) -> None:
        """End the feed and wake every reader."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def latest(self) -> tuple[int, T | None]:
        """Return the version and the value now; version 0 is that of a feed without a value."""
        with self._changed:
            return self._version, self._value

    def newer(self, version: int, timeout_s: float) -> tuple[int, T | None]:
        """Wait for a value newer than `version`; return the version and the value.

        The value is None if none came for `timeout_s` seconds or the feed has ended.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._version > version, timeout_s)
            if self._closed or self._version <= version:
                return version, None
            return self._version, self._value
