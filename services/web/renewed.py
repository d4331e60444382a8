"""Something that is renewed while it is asked for, so that an answer need not wait for the broker."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from shared.errors import BrokerError, BrokerErrorReply

GOOD_FOR_S = 2.0
"""Rounds renew it each second; where they are late, or the broker is away, it is read anew."""

ASKED_FOR_S = 10.0
"""What nobody has asked for in this time is not renewed."""

_T = TypeVar("_T")


class Renewed(Generic[_T]):
    """Something of the broker, at most `GOOD_FOR_S` old.

    Args:
        read: asks the broker for it.
        clock: this process's, in seconds.
    """

    def __init__(self, read: Callable[[], _T], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._asked_at = float("-inf")
        self._kept: tuple[float, _T] | None = None

    def get(self) -> _T:
        """Return it, from memory where it was renewed of late; else raises what reading it raises."""
        self._asked_at = now = self._clock()
        if self._kept is not None and now - self._kept[0] < GOOD_FOR_S:
            return self._kept[1]
        return self._read()

    def renew(self) -> None:
        """Read it if somebody asks for it.

        Raises:
            BrokerError: the broker is away.
        """
        now = self._clock()
        try:
            self._kept = (now, self._read()) if now - self._asked_at < ASKED_FOR_S else None
        except BrokerErrorReply:
            # Whoever asks next is told of it; the broker is there.
            self._kept = None
        except BrokerError:
            self._kept = None
            raise
