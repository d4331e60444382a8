"""Milliseconds by stage."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Measures the stages of one frame.

    Attributes:
        timings: milliseconds by stage.
    """

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            took_ms = 1000 * (time.perf_counter() - begin)
            self.timings[name] = self.timings.get(name, 0.0) + took_ms
