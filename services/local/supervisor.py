"""Keeps child processes running, and ends them all, in order."""

import logging
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import IO

from services.local.backoff import RAN_WELL_S, Backoff
from services.local.children import kill_group, start_child

log = logging.getLogger(__name__)

BAD_START = 2
"""The exit code of a service that cannot run with what it was given: `shared.service.BAD_START`, whose
module is too long to import for a parent that is to start its children at once."""

LOOK_EVERY_S = 0.1
"""How often the supervisor looks whether a child has died."""

LOOK_AGAIN_S = 0.02
"""The same while it waits for children to end."""

LAST_WAIT_S = 0.5
"""For a killed child to be gone; one that the kernel holds on to, in a driver say, is left to it."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running.

    Attributes:
        name: what the log calls it.
        command: the program and its arguments.
        env: its whole environment; this process's where it is None.
        stage: programs of the highest stage are ended first, those of one stage together.
        end_by_s: killed if it still runs so many seconds after the end began: what an earlier stage does
            not need of its time is a later one's.
        on_line: called, from a thread of its own, with each line of standard output; where there is none,
            the program writes where this process does.
        with_errors: whether `on_line` gets the lines of standard error, too.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] | None = None
    stage: int = 0
    end_by_s: float = 4.0
    on_line: Callable[[str], None] | None = None
    with_errors: bool = False


class Child:
    """A program's process, and the next one after it died."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.starts = 0
        self._backoff = Backoff()
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0
        self._due_at = 0.0

    def start(self) -> None:
        """Start the process."""
        on_line = self.program.on_line
        stdout = None if on_line is None else subprocess.PIPE
        stderr = subprocess.STDOUT if self.program.with_errors else None
        process = start_child(self.program.command, env=self.program.env, stdout=stdout, stderr=stderr)
        if on_line is not None and process.stdout is not None:
            Thread(target=_read_lines, args=(process.stdout, on_line), daemon=True).start()
        self._process = process
        self._started_at = time.monotonic()
        self.starts += 1

    def look(self) -> int | None:
        """See how the process does, and start it again when that is due; return the exit code of a death."""
        if self._process is None:
            if time.monotonic() >= self._due_at:
                self.start()
            return None
        code = self._process.poll()
        if code is not None:
            self._bury(code)
        return code

    def failed_at_start(self, code: int) -> bool:
        """Return whether the death with this exit code means that starting again is of no use."""
        return code == BAD_START and self.starts == 1 and time.monotonic() - self._started_at < RAN_WELL_S

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process, which tells those that it has started."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill the process and all that it has started."""
        if self._process is not None:
            kill_group(self._process)

    def ended(self) -> bool:
        """Return whether the process is over; what it left behind is killed then."""
        if self._process is not None and self._process.poll() is not None:
            kill_group(self._process)
            self._process = None
        return self._process is None

    def _bury(self, code: int) -> None:
        self.ended()
        now = time.monotonic()
        pause = self._backoff.pause(now - self._started_at)
        self._due_at = now + pause
        if not self.failed_at_start(code):
            log.warning("%s ended with %s; starting it again in %.1f s", self.program.name, _how(code), pause)


class Supervisor:
    """Runs programs until it is told to stop; one that dies is started again.

    Args:
        programs: started in this order, all at once.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self._children = [Child(program) for program in programs]

    def run(self, stop: Event) -> int:
        """Run until `stop` is set, or a program cannot run with what it was given; return the exit code.

        At the end no process is left, whatever happened.
        """
        try:
            self.start(stop)
            while not stop.wait(LOOK_EVERY_S):
                if not self.look():
                    return BAD_START
            return 0
        finally:
            self.end()

    def start(self, stop: Event) -> None:
        """Start the programs; no further one once `stop` is set."""
        for child in self._children:
            if stop.is_set():
                break
            child.start()

    def look(self) -> bool:
        """Start again what has died; return False where one cannot run with what it was given."""
        for child in self._children:
            code = child.look()
            if code is not None and child.failed_at_start(code):
                return False
        return True

    def end(self) -> None:
        """End them all, stage by stage."""
        began = time.monotonic()
        for stage in sorted({child.program.stage for child in self._children}, reverse=True):
            _stop_all([child for child in self._children if child.program.stage == stage], began)


def _stop_all(children: Sequence[Child], began: float) -> None:
    for child in children:
        child.ask_to_end()
    killed: list[Child] = []
    while waiting := [child for child in children if not child.ended()]:
        passed = time.monotonic() - began
        if all(passed >= child.program.end_by_s + LAST_WAIT_S for child in waiting):
            log.error("%s cannot be ended", ", ".join(child.program.name for child in waiting))
            return
        late = [child for child in waiting if child not in killed and passed >= child.program.end_by_s]
        for child in late:
            log.warning("%s does not end; killing it", child.program.name)
            child.kill()
        killed += late
        time.sleep(LOOK_AGAIN_S)


def _read_lines(stream: IO[str], on_line: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            on_line(line.rstrip("\n"))


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
