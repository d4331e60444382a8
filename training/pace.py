"""How far a run is, by epochs and by the clock, and the learning rate that goes with it."""

import time
from collections.abc import Callable
from math import cos, pi


def learning_rate(progress: float, peak: float, warmup: float) -> float:
    """Rises linearly to `peak` over the first `warmup` of the run, then falls as a cosine to 0 at its end.

    The cosine is that of Loshchilov and Hutter, 2017 (arXiv 1608.03983), without restarts.
    """
    if progress < warmup:
        return peak * progress / warmup
    rest = min(1.0, (progress - warmup) / (1.0 - warmup))
    return peak * (1.0 + cos(pi * rest)) / 2


class Pace:
    """Progress from 0 to 1: whichever is further, the epochs done or the time used up."""

    def __init__(
        self,
        epochs: int,
        budget_s: float | None,
        used_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._epochs, self._budget_s, self._clock = epochs, budget_s, clock
        self._start = clock() - used_s

    def elapsed_s(self) -> float:
        """Seconds of training, those before a resume included."""
        return self._clock() - self._start

    def progress(self, epochs_done: float) -> float:
        """0 at the start, 1 at the end."""
        by_clock = self.elapsed_s() / self._budget_s if self._budget_s else 0.0
        return min(1.0, max(epochs_done / self._epochs, by_clock))

    def left_s(self, epochs_done: float) -> float:
        """Seconds to go, if the rest goes as the run did so far."""
        progress = self.progress(epochs_done)
        return self.elapsed_s() * (1.0 - progress) / progress if progress else float("inf")
