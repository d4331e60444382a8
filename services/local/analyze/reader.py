"""The process that reads a video, started again where it dies."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from services.local.analyze.asking import READER, REFUSED, last_line
from services.local.children import kill_group, module_command, start_child
from shared.errors import SourceError

DEATHS = 3
"""So often it may die without having read any further."""

CRASHES = tuple(-one for one in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT))
"""How a decoder ends that stumbles over a video. One that memory was short for, or that somebody has ended,
ends in other ways."""

PAUSE_S = 0.5
"""Before it is started again."""

END_WITHIN_S = 2.0
LOOK_EVERY_S = 0.02


class Reader:
    """The process that offers a video's frames.

        with Reader(video, "rec-0123456789ab", ...) as reader:
            while not reader.look(done=...):
                ...

    Attributes:
        given_up: why it is given up, in one line; empty while it is not.
        crashed: whether it is what it reads that ends it; else somebody or something ends it from outside.
        report: what it said of the video when it had read it to its end, by name; empty before.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.given_up = ""
        self.crashed = False
        self.report: Mapping[str, Any] = {}
        self._command = command
        self._environ = environ
        self._say = say
        self._out, self._err = _file(), _file()
        self._process: subprocess.Popen[str] | None = None
        self._due_at = 0.0
        self._deaths: list[tuple[int, int]] = []
        self._is_done = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look(self, done: int) -> bool:
        """Start it, again where it died; return whether it has done all that it can.

        Args:
            done: how many of its frames are done; it is given up where it dies again and again and these
                do not become more.

        Raises:
            SourceError: it refuses the video.
        """
        if self._is_done or self.given_up:
            return True
        if self._process is None:
            self._start_when_due()
            return False
        code = self._process.poll()
        if code is not None:
            self._process = None
            self._ended(code, done)
        return self._is_done or bool(self.given_up)

    def finish(self, done: int) -> None:
        """Let a process that has said its last word end by itself, for a moment; arguments as of `look`."""
        deadline = time.monotonic() + END_WITHIN_S
        while self._process is not None and not self.look(done) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_WITHIN_S)
            kill_group(process)
            process.wait()
        self._out.close()
        self._err.close()

    def _start_when_due(self) -> None:
        if time.monotonic() >= self._due_at:
            if self._deaths:
                self._say(f"what reads it ended with {_how(self._deaths[-1][1])}; starting it again")
            self._process = start_child(
                self._command, env=self._environ, stdout=self._out.fileno(), stderr=self._err.fileno()
            )

    def _ended(self, code: int, done: int) -> None:
        printed, said = _taken(self._out), _taken(self._err)
        if code == REFUSED:
            raise SourceError(last_line(said, f"its reader ended with {code}"))
        for line in said.splitlines():
            self._say(line)
        if code == 0:
            self._is_done, self.report = True, _report(printed)
        else:
            self._died(code, done)

    def _died(self, code: int, done: int) -> None:
        self._deaths.append((done, code))
        self._due_at = time.monotonic() + PAUSE_S
        codes = [code for where, code in self._deaths if where == done]
        if len(codes) >= DEATHS:
            self.crashed = all(code in CRASHES for code in codes)
            self.given_up = f"what reads it ended with {_how(code)}, {DEATHS} times without a further frame"


def reading(video: Path, recording: str, *, every: int, start: int) -> list[str]:
    """Return the command that offers a video's frames from number `start` on, one in `every`."""
    options = ["--id", recording, "--every", str(every), "--from", str(start)]
    return module_command(READER, *options, "--", str(video))


def _file() -> IO[str]:
    return TemporaryFile("w+", errors="replace")


def _taken(file: IO[str]) -> str:
    """Return what a process has written, and make room for the next one."""
    file.seek(0)
    text = file.read()
    file.seek(0)
    file.truncate()
    return text


def _report(text: str) -> Mapping[str, Any]:
    """Return the line of JSON that a reader prints at its end; nothing where there is none."""
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
