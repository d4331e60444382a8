"""One voice for all that is said while videos are analysed: above the bar where there is one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.local.analyze.progress import Progress


class Voice:
    """Says lines through the progress that is shown just now; may be called from any thread.

    Args:
        otherwise: takes a line while none is shown.
    """

    def __init__(self, otherwise: Callable[[str], None]) -> None:
        self._otherwise = otherwise
        self._progress: Progress | None = None

    def say(self, line: str) -> None:
        """Say a line."""
        progress = self._progress
        if progress is None:
            self._otherwise(line)
        else:
            progress.say(line)

    @contextmanager
    def through(self, progress: Progress) -> Iterator[Progress]:
        """Show a progress meanwhile."""
        self._progress = progress
        try:
            yield progress
        finally:
            self._progress = None
            progress.close()


class VoiceHandler(logging.Handler):
    """Hands this process's log to a voice."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record."""
        self._voice.say(self.format(record))
