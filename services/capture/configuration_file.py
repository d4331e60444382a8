"""Looks for edits of `cameras.yaml` while capture runs, and hands over the cameras that it names then."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import NamedTuple

from services.capture import metrics
from services.capture.settings import CameraSettings
from shared.errors import SettingsError

log = logging.getLogger(__name__)

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


class Configuration:
    """The file's part in the running service: a good edit is applied, a bad one is refused and said once.

    Args:
        file: is looked at.
        read: returns its cameras; raises a `SettingsError` where it is wrong.
        apply: takes the cameras that there are to be from now on.
    """

    def __init__(
        self,
        file: WatchedFile,
        read: Callable[[], Sequence[CameraSettings]],
        apply: Callable[[Sequence[CameraSettings]], None],
    ) -> None:
        self._file = file
        self._read = read
        self._apply = apply

    def run(self, stop: Event) -> None:
        """Look again and again until `stop` is set."""
        while not stop.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception:
                # Without this thread no edit would ever be seen again.
                log.exception("the cameras' file could not be applied; its next edit is looked at again")

    def look(self) -> None:
        """Apply the file if it was edited."""
        if not self._file.changed():
            return
        metrics.CONFIGURED.set(0)  # until it is applied, whatever happens on the way
        try:
            cameras = self._read()
        except SettingsError as error:
            log.error("%s; the cameras stay as they were", error)
            return
        self._apply(cameras)
        metrics.CONFIGURED.set(1)
