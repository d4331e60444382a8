"""The order in which a camera's results are shown, and the account of those that are not."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.entities import Result
from shared.entries import entry_order

ORDER_RESTARTS_AFTER_S = 3.0
"""Results that are late for so long are not late: a worker's frame is taken from it after one second, so the
order itself has begun again (the broker's clock was set back)."""


@dataclass(slots=True)
class Account:
    """What became of the results that one camera's workers published while this process was reading.

    read = shown + late + trimmed, always; none of them is computed from the others.

    Attributes:
        read: those published, by the broker's numbers.
        shown: handed to the feed.
        late: older than one that is shown.
        trimmed: gone from the stream before they were read.
        undecodable: not part of `read`: what they are cannot be told.
    """

    read: int = 0
    shown: int = 0
    late: int = 0
    trimmed: int = 0
    undecodable: int = 0


class Ordering:
    """Keeps the order of frames: workers finish out of order, and no older frame is shown after a newer one.

    Args:
        account: is kept up to date.
        monotonic: this process's clock, in seconds.
    """

    def __init__(self, account: Account, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._monotonic = monotonic
        self.begin()

    def begin(self) -> None:
        """Begin a new epoch: numbers and ids may start again."""
        self._last_n: int | None = None
        self._undecodable = 0
        self._newest: tuple[int, int] | None = None
        self._shown_at = self._monotonic()

    def take(self, batch: Sequence[Result | None]) -> Result | None:
        """Account for a batch of results, in the stream's order; None stands for an undecodable one.

        Returns:
            The one to show: the newest by its frame, if it is newer than those shown before.
        """
        counted = (self._counted(result) for result in batch)
        results = [result for result in counted if result is not None]
        newest = max(results, key=lambda result: entry_order(result.frame), default=None)
        if newest is not None and self._is_newer(newest):
            self._newest, self._shown_at = entry_order(newest.frame), self._monotonic()
            self._account.shown += 1
            self._account.late += len(results) - 1
            return newest
        self._account.late += len(results)
        return None

    def _counted(self, result: Result | None) -> Result | None:
        if result is None:
            self._account.undecodable += 1
            self._undecodable += 1
            return None
        missed = self._missed(result.n)
        self._account.trimmed += missed
        self._account.read += missed + 1
        self._last_n, self._undecodable = result.n, 0
        return result

    def _missed(self, n: int) -> int:
        # A number that does not rise is the first that is seen of a broker that began again.
        if self._last_n is None or n <= self._last_n:
            return 0
        return max(0, n - self._last_n - 1 - self._undecodable)

    def _is_newer(self, result: Result) -> bool:
        if self._newest is None or entry_order(result.frame) > self._newest:
            return True
        return self._monotonic() - self._shown_at > ORDER_RESTARTS_AFTER_S
