"""The private folder of one run; what a run that was killed has left of its own, the next one removes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "mien-run-"

LONGEST_SOCKET_PATH = 100
"""In bytes: the kernel keeps a Unix socket's path in 108, on macOS in 104."""


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """Make a folder that only this user can enter (mode 0700), with a short path; remove it at the end.

    It is locked as long as this process lives, and so known from those of runs that were killed, which are
    removed here.
    """
    parent = _parent()
    for left in parent.glob(f"{PREFIX}*"):
        _remove_if_left(left)
    folder, lock = _made(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _made(parent: Path) -> tuple[Path, int]:
    """Make a folder; return it and what holds its lock while it is open."""
    new = Path(tempfile.mkdtemp(prefix="mien-new-", dir=parent))
    lock = os.open(new, os.O_RDONLY)
    # A disk that knows no locks tells nobody either that this folder is free.
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    # It gets the name by which others find it when it is locked: none can take it for one that is left.
    return new.rename(parent / f"{PREFIX}{new.name.removeprefix('mien-new-')}"), lock


def _remove_if_left(folder: Path) -> None:
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(lock).st_uid == os.geteuid():
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _parent() -> Path:
    """Return where this user's sockets belong, unless that path is too long for a socket."""
    usual = os.environ.get("XDG_RUNTIME_DIR", "")
    fits = len(os.fsencode(usual)) + len(f"/{PREFIX}12345678/broker.sock") <= LONGEST_SOCKET_PATH
    there = usual and fits and os.access(usual, os.W_OK | os.X_OK)
    return Path(usual if there else "/tmp")  # noqa: S108  mkdtemp makes it private
