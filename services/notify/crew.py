"""The watchers, one for each camera that anybody is told of; they come and go with the file."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event as Flag
from threading import Lock, Thread

from services.notify.configuration import Configuration, cameras_of
from services.notify.post import Post
from services.notify.watcher import Watcher
from shared.errors import BrokerError

ENDS_WITHIN_S = 1.0


class Crew:
    """All watchers.

    Args:
        post: tells the receivers.
        make: makes the watcher of a camera.
        leave: says that nobody looks at a camera any more; raises a `BrokerError` where that fails.
    """

    def __init__(self, post: Post, make: Callable[[str], Watcher], leave: Callable[[str], None]) -> None:
        self._post = post
        self._make = make
        self._leave = leave
        self._lock = Lock()
        self._running: dict[str, tuple[Flag, Thread]] = {}

    def apply(self, configuration: Configuration) -> None:
        """Watch what the file says from now on, for whom it says."""
        wanted = cameras_of(configuration)
        with self._lock:
            # All or none: where a watcher or a receiver cannot be made, everything stays as it was.
            new = {camera: self._make(camera) for camera in sorted(wanted - self._running.keys())}
            self._post.apply(configuration)
            for camera in self._running.keys() - wanted:
                self._end(camera)
                self._post.remove(camera)
            for camera, watcher in new.items():
                self._start(camera, watcher)

    def end(self) -> None:
        """End all watchers; those of this replica look no longer."""
        with self._lock:
            for stop, _ in self._running.values():
                stop.set()
            for camera in list(self._running):
                self._end(camera)

    def _start(self, camera: str, watcher: Watcher) -> None:
        stop = Flag()
        thread = Thread(target=watcher.run, args=(stop,), name=f"watcher-{camera}", daemon=True)
        self._running[camera] = stop, thread
        thread.start()

    def _end(self, camera: str) -> None:
        stop, thread = self._running.pop(camera)
        stop.set()
        thread.join(ENDS_WITHIN_S)
        with suppress(BrokerError):
            self._leave(camera)
