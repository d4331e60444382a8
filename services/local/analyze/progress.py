"""How far it is: a bar on a terminal, elsewhere a line every so often."""

import logging
import os
import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TextIO

log = logging.getLogger("mien")

EVERY_S = 10.0
"""Between two lines."""

DELAY_S = 0.5
"""What takes less needs no bar."""

WIDTH, HEIGHT = 80, 24
"""Columns and rows of a terminal that does not say how many it has, as those of containers often don't."""


class Progress(Protocol):
    """Tells a person, or nobody, how far one video is; `say` may be called from any thread."""

    def update(self, done: int, total: int | None) -> None:
        """Take how many frames are done, of how many where that is known; what was done before counts too."""
        ...

    def say(self, line: str) -> None:
        """Tell something else in a line of its own."""
        ...

    def close(self) -> None:
        """Say no more."""
        ...


class Bar:
    """A bar with the time left, for a terminal."""

    def __init__(self, name: str, stream: TextIO, delay_s: float = DELAY_S) -> None:
        self._name = name
        self._stream = stream
        self._delay_s = delay_s
        self._bar: Any = None

    def update(self, done: int, total: int | None) -> None:
        """Move the bar."""
        if self._bar is None:
            self._bar = self._open(done, total)
        self._bar.total = None if total is None else max(done, total)
        self._bar.update(done - self._bar.n)

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        if self._bar is None:
            self._stream.write(f"{line}\n")
        else:
            self._bar.write(line, file=self._stream)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _open(self, done: int, total: int | None) -> Any:  # noqa: ANN401  tqdm has no types
        from tqdm import tqdm  # noqa: PLC0415  only where there is a terminal

        return tqdm(
            desc=self._name,
            total=total,
            initial=done,
            unit=" frames",
            file=self._stream,
            **_size(self._stream),
            delay=self._delay_s,
        )


class Lines:
    """A line every so often, for a file or a pipe."""

    def __init__(
        self, name: str, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._write = write
        self._clock = clock
        self._began: tuple[float, int] | None = None
        self._due = 0.0

    def update(self, done: int, total: int | None) -> None:
        """Write a line if it is time for one."""
        now = self._clock()
        if self._began is None:
            self._began, self._due = (now, done), now + EVERY_S
        if now >= self._due:
            self._due = now + EVERY_S
            since, before = self._began
            self._write(f"{self._name}: {how_far(done, total, (done - before) / (now - since))}")

    def say(self, line: str) -> None:
        """Write a line."""
        self._write(line)

    def close(self) -> None:
        """Do nothing: each line was written whole."""


class Quiet:
    """No bar; what must be told goes to the log called `mien`."""

    def update(self, done: int, total: int | None) -> None:
        """Do nothing."""

    def say(self, line: str) -> None:
        """Log it."""
        log.warning("%s", line)

    def close(self) -> None:
        """Do nothing."""


def _size(stream: TextIO) -> dict[str, int | bool]:
    """Return what tqdm is told of a terminal's size: in one of none it thinks that nothing fits."""
    try:
        is_known = all(os.get_terminal_size(stream.fileno()))
    except OSError:
        is_known = False
    return {"dynamic_ncols": True} if is_known else {"ncols": WIDTH, "nrows": HEIGHT}


def how_far(done: int, total: int | None, fps: float) -> str:
    """Return in words how far it is, at so many frames a second."""
    speed = f"{fps:.1f} a second"
    if total is None or not fps:
        return f"{done} frames, {speed}"
    return f"{done} of {total} frames, {speed}, {clock_words((total - done) / fps)} left"


def clock_words(seconds: float) -> str:
    """Return a time as `1:05` or `2:03:09`."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def progress_on(stream: TextIO, name: str) -> Progress:
    """Return what tells of the video called `name` on a stream."""
    return Bar(name, stream) if stream.isatty() else Lines(name, _writer(stream))


def _writer(stream: TextIO) -> Callable[[str], None]:
    lock = Lock()

    def write(line: str) -> None:
        with lock:
            stream.write(f"{line}\n")
            stream.flush()

    return write


def to_stderr(name: str) -> Progress:
    """Return what tells of the video called `name` on standard error."""
    return progress_on(sys.stderr, name)
