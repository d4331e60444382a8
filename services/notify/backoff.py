"""How long to wait before the next try to deliver."""

import random
from collections.abc import Callable

FIRST_S = 0.5
LONGEST_S = 30.0


class Backoff:
    """Pauses that double with each try, and are somewhere between half and all of that, by chance.

    Receivers that came back are not stormed by all who waited for them in the same moment.

    Args:
        chance: returns a number from 0 to 1.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next_s = FIRST_S

    def pause(self, at_least_s: float = 0.0) -> float:
        """Return how many seconds to wait; at least what the receiver asked for, within reason."""
        pause, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_S)
        return max(pause * (1 + self._chance()) / 2, min(at_least_s, LONGEST_S))

    def reset(self) -> None:
        """Begin again: a try has succeeded."""
        self._next_s = FIRST_S
