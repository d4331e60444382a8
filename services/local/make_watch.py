"""Stops with the `make` that runs us.

GNU make hands SIGTERM on to the program that it runs, but keeps a SIGINT or SIGHUP that only it received (a
terminal's Ctrl-C reaches both) and then waits for the program, for ever; and killed by SIGKILL it leaves the
program alone. While make handles a signal, that signal is blocked in it, which Linux shows in /proc.
"""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

LOOK_EVERY_S = 0.1

ENDING = sum(1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
"""The bits of those signals in the masks of /proc/PID/status (proc(5))."""


def watch_make(stop: Event, environ: Mapping[str, str]) -> None:
    """Set `stop` when make is gone or was told to stop; nothing where no make runs this process."""
    parent = os.getppid()
    # make sets MAKELEVEL for all that it runs, also further down: there the parent is a shell, say.
    if "MAKELEVEL" in environ and _name(parent) in ("make", "gmake"):
        Thread(target=_watch, args=(stop, parent), name="make", daemon=True).start()


def ending(status: str) -> bool:
    """Return whether the process of this /proc/PID/status is handling a signal that ends it."""
    masks = (line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:"))
    return any(int(mask, 16) & ENDING for mask in masks)


def _watch(stop: Event, parent: int) -> None:
    before = False  # make blocks these signals for an instant when it starts a program, too
    while not stop.wait(LOOK_EVERY_S):
        now = ending(_read(parent, "status"))
        if os.getppid() != parent or (now and before):
            stop.set()
        before = now


def _name(pid: int) -> str:
    return _read(pid, "comm").strip()


def _read(pid: int, file: str) -> str:
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return ""
