"""How long to wait before a child that died is started again."""

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
RAN_WELL_S = 10.0
"""A child that lived for so long has started well: its death is a new affair."""


class Backoff:
    """Pauses that double from one death to the next, and begin again after a good run."""

    def __init__(self) -> None:
        self._next_s = FIRST_PAUSE_S

    def pause(self, ran_s: float) -> float:
        """Return how many seconds to wait after a run of `ran_s` seconds."""
        if ran_s >= RAN_WELL_S:
            self._next_s = FIRST_PAUSE_S
        pause, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_PAUSE_S)
        return pause
