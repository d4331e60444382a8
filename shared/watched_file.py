"""Looks for edits of a settings file while a service runs, and hands over what it says then."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Generic, NamedTuple, TypeVar

from shared.errors import SettingsError

log = logging.getLogger(__name__)

Said = TypeVar("Said")

LOOK_EVERY_S = 0.5
"""A look costs one system call. To be told by the kernel instead fails with some mounts of containers."""


class Stamp(NamedTuple):
    """By what another version of a file is known, also one that an editor has put in its place."""

    inode: int
    modified_ns: int
    changed_ns: int
    """With its rights, too: it may not have been readable."""
    size: int


class WatchedFile:
    """A file, as it is from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._seen = self._stamp()

    def changed(self) -> bool:
        """Return whether it is another than before, and was the same at the last look already.

        One that is being written, or is gone for the moment in which it is replaced, is left for later.
        """
        stamp = self._stamp()
        still, self._seen = stamp == self._seen, stamp
        if not still or stamp == self._known:
            return False
        self._known = stamp
        return True

    def _stamp(self) -> Stamp | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return Stamp(found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


class Edits(Generic[Said]):
    """The file's part in the running service: a good edit is applied, a bad one is refused and said once.

    Args:
        file: is looked at.
        read: returns what it says; raises a `SettingsError` where it is wrong.
        apply: takes what it says from now on.
        in_use: is told 0 while an edit is refused or could not be applied, and 1 when one was.
        otherwise: what a refused edit leaves as it is, for the log.
    """

    def __init__(
        self,
        file: WatchedFile,
        read: Callable[[], Said],
        apply: Callable[[Said], None],
        *,
        in_use: Callable[[float], None],
        otherwise: str,
    ) -> None:
        self._file = file
        self._read = read
        self._apply = apply
        self._in_use = in_use
        self._otherwise = otherwise

    def run(self, stop: Event) -> None:
        """Look again and again until `stop` is set."""
        while not stop.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception:
                # Without this thread no edit would ever be seen again.
                log.exception("the file could not be applied; its next edit is looked at again")

    def look(self) -> None:
        """Apply the file if it was edited."""
        if not self._file.changed():
            return
        self._in_use(0)  # until it is applied, whatever happens on the way
        try:
            said = self._read()
        except SettingsError as error:
            log.error("%s; %s", error, self._otherwise)
            return
        self._apply(said)
        self._in_use(1)
