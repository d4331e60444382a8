"""All browsers that send to this process: a bounded number, each with a heartbeat while it is there."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from secrets import choice
from string import ascii_lowercase, digits
from threading import Event, Lock, Thread
from typing import Protocol

from services.web.browser.camera import BrowserCamera, Streams
from shared.entities import CameraStatus
from shared.errors import BrokerError
from shared.logs import Seldom
from shared.registry import HEARTBEAT_EVERY_S

seldom = Seldom(logging.getLogger(__name__))

ID_SIGNS = 6
"""Random ones behind `browser-`: two billion ids, so that none comes again while its numbers are kept."""

NUMBERS_KEPT_S = 3600
"""For so long the broker keeps the counters of a browser that has left."""

REMEMBERED_S = 60.0
"""For so long this process does: whoever watched it has seen by then that it has left."""


class Known(Protocol):
    """The list of cameras."""

    def camera_is_here(self, camera: str, status: CameraStatus) -> None:
        """Write a camera's status, and that it is there."""

    def camera_left(self, camera: str) -> None:
        """Take a camera off the list."""


class CameraStreams(Streams, Protocol):
    """A camera's streams, with what a camera's end needs."""

    def sweep(self, sweeper: str) -> object:
        """Give up frames that wait for too long."""

    def forget(self) -> None:
        """Remove its pictures."""

    def expire_numbers(self, after_s: int) -> None:
        """Let its counters go after a while."""


class TooMany(Exception):
    """Raised where as many browsers send as may."""


class BrowserCameras:
    """The browsers that send.

    Attributes:
        most: at once; 0 for none at all.
        stop: set when the service stops.

    Args:
        most: see above.
        known: the list of cameras.
        streams: returns the streams of a camera.
        make: makes a camera of an id and its streams.
        name: this process's id, as a sweeper.
        forget: forgets what this process knows of a camera that has left; False to be asked again.
        monotonic: seconds.
    """

    def __init__(
        self,
        most: int,
        known: Known,
        streams: Callable[[str], CameraStreams],
        make: Callable[[str, CameraStreams], BrowserCamera],
        name: str,
        *,
        forget: Callable[[str], bool] = lambda _camera: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stop = Event()
        self.most = most
        self._known = known
        self._streams = streams
        self._make = make
        self._name = name
        self._forget = forget
        self._monotonic = monotonic
        self._left: dict[str, float] = {}
        self._lock = Lock()
        self._cameras: dict[str, tuple[BrowserCamera, CameraStreams]] = {}

    def start(self) -> None:
        """Begin to tell the broker who is here."""
        Thread(target=self._rounds, name="browser-cameras", daemon=True).start()

    def close(self) -> None:
        """End every talk; each takes its camera off the list."""
        self.stop.set()

    def number(self) -> int:
        """Return how many are here."""
        with self._lock:
            return len(self._cameras)

    @contextmanager
    def camera(self) -> Iterator[BrowserCamera]:
        """Have a camera while the block runs.

        Raises:
            TooMany: there are as many as may be, or the service stops.
        """
        camera = self._enter()
        try:
            self._beat(camera.id)
            yield camera
        finally:
            self._leave(camera.id)

    def round(self) -> None:
        """Say of each camera that it is here, and forget those that left long ago."""
        with self._lock:
            here, left = list(self._cameras), list(self._left.items())
        for camera, at in left:
            if self._monotonic() - at > REMEMBERED_S and self._forget(camera):
                del self._left[camera]
        for camera in here:
            self._beat(camera)

    def _enter(self) -> BrowserCamera:
        name = "browser-" + "".join(choice(ascii_lowercase + digits) for _ in range(ID_SIGNS))
        streams = self._streams(name)
        with self._lock:
            if len(self._cameras) >= self.most or self.stop.is_set():
                raise TooMany(f"{self.most} browsers send already; no more may")
            camera = self._make(name, streams)
            self._cameras[name] = camera, streams
        return camera

    def _beat(self, name: str) -> None:
        # Under the lock, so that none is said to be here just after it was taken off the list.
        with self._lock:
            if name not in self._cameras:
                return
            camera, streams = self._cameras[name]
            with _noted(name):
                self._known.camera_is_here(name, camera.status)
        with _noted(name):
            # Workers sweep as well; this covers the time when there is none.
            streams.sweep(self._name)

    def _leave(self, name: str) -> None:
        with self._lock:
            _, streams = self._cameras.pop(name)
            self._left[name] = self._monotonic()
            with suppress(BrokerError):  # Without heartbeats it falls off the list by itself.
                self._known.camera_left(name)
                streams.forget()
                streams.expire_numbers(NUMBERS_KEPT_S)

    def _rounds(self) -> None:
        while not self.stop.is_set():
            began = time.monotonic()
            self.round()
            self.stop.wait(max(0.1, began + HEARTBEAT_EVERY_S - time.monotonic()))


@contextmanager
def _noted(camera: str) -> Iterator[None]:
    try:
        yield
    except BrokerError as error:
        seldom.warning("camera %s: %s", camera, error, about=camera)
