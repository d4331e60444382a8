"""Child processes: how they are started so that none is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

WRAPPER = Path(__file__).with_name("tied.py")


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules as a program of its own.

    `-P` keeps the working directory's `shared` or `services`, if it has any, from being taken for ours; it is
    left out where this very process found ours in the working directory.
    """
    safe = [] if str(Path.cwd()) in sys.path else ["-P"]
    return [sys.executable, *safe, "-m", module, *arguments]


def start_child(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> subprocess.Popen[str]:
    """Start a program that ends when this one does, however that happens.

    It has a session of its own, so that a terminal's Ctrl-C does not reach it; and it is tied to the thread
    that started it (see `tied.py`), so call this from one that lives on, such as the main thread.
    """
    # -I -S: the wrapper needs nothing but the standard library, and starts in 10 ms.
    wrapped = [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid()), *command]
    return subprocess.Popen(  # noqa: S603  the commands are ours
        wrapped,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )


def kill_group(process: subprocess.Popen[str]) -> None:
    """Kill a child, or what is left of it: every process of its session's group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
