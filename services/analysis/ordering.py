"""Frames come in the order of their completion; here they get back the order of the video."""

import heapq
from collections.abc import Iterable, Iterator

from shared.errors import AnalysisError
from shared.recorded import RecordedResult


class Done:
    """Which frames are done: all below `next`, and some above it, as many as are in work at once.

    Attributes:
        next: the first frame that is not done.
        count: how many are.
    """

    def __init__(self, every: int) -> None:
        """Begin with none, of frames whose numbers are multiples of `every`."""
        self._every = every
        self._ahead: set[int] = set()
        self.next = 0
        self.count = 0

    def add(self, index: int) -> bool:
        """Take a frame's number; return False where it was done before."""
        if index < self.next or index in self._ahead:
            return False
        self._ahead.add(index)
        self.count += 1
        while self.next in self._ahead:
            self._ahead.remove(self.next)
            self.next += self._every
        return True

    @property
    def is_whole(self) -> bool:
        """Whether no frame is missing between the first and the last one that is done."""
        return not self._ahead


def in_order(results: Iterable[RecordedResult], every: int) -> Iterator[RecordedResult]:
    """Yield each frame's first result, in the order of the frames.

    It keeps those that are ahead of a frame that is still missing: as many as were done while a worker was at
    that one.

    Args:
        results: in any order; a frame may be there more than once, with the same result.
        every: the frames' numbers are its multiples.

    Raises:
        AnalysisError: a frame is missing at the end.
    """
    done = Done(every)
    waiting: list[tuple[int, RecordedResult]] = []
    for result in results:
        if done.add(result.index):
            heapq.heappush(waiting, (result.index, result))
        while waiting and waiting[0][0] < done.next:
            yield heapq.heappop(waiting)[1]
    if waiting:
        raise AnalysisError(f"frame {done.next} has no result, and {len(waiting)} frames after it have one")
