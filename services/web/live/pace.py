"""How often something may go out."""

SHORTEST_WAIT_S = 0.001
"""Less is not worth a wait."""


class Pace:
    """So many a second; what could not go in time is not made up for.

    Args:
        rate: a second, at most.
        now: in seconds; the first may go at once.
    """

    def __init__(self, rate: float, now: float) -> None:
        self._every_s = 1 / rate
        self.due = now

    def wait_s(self, now: float) -> float:
        """Return how long the next one has to wait."""
        left = self.due - now
        return left if left > SHORTEST_WAIT_S else 0.0

    def went(self, now: float) -> None:
        """Say that one went. A wait that took a little longer costs no rate; a long one isn't made up for."""
        self.due = max(self.due + self._every_s, now + self._every_s / 2)

    def nothing_to_send(self, now: float) -> None:
        """Say that there was none when it was due: it is asked for again soon."""
        self.due = now + self._every_s / 4
