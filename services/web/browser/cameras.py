"""All browsers that send to this process: a bounded number, each with a heartbeat while it is there."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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

NEW_A_MINUTE = 60
"""Each begins with an id of its own, whose numbers are kept for an hour: one that comes and goes without end
would fill the broker."""

MINUTE_S = 60.0

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


class TooMany(Exception):
    """Raised where as many browsers send, or have just begun to, as may."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A browser that sends.

    Attributes:
        camera: what it is.
        streams: of the camera.
        lock: held while the broker is told that it is here or has left, so that none is said to be here just
            after it was taken off the list; one for each, so that a slow broker makes none wait for another.
    """

    camera: BrowserCamera
    streams: CameraStreams
    lock: Lock = field(default_factory=Lock)


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
        self._began: deque[float] = deque()
        self._lock = Lock()
        self._senders: dict[str, Sender] = {}

    def start(self) -> None:
        """Begin to tell the broker who is here."""
        Thread(target=self._rounds, name="browser-cameras", daemon=True).start()

    def close(self) -> None:
        """End every talk; each takes its camera off the list."""
        self.stop.set()

    def number(self) -> int:
        """Return how many are here."""
        with self._lock:
            return len(self._senders)

    @contextmanager
    def camera(self) -> Iterator[BrowserCamera]:
        """Have a camera while the block runs.

        Raises:
            TooMany: there are as many as may be, too many have just begun, or the service stops.
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
            here, left = list(self._senders), list(self._left.items())
        for camera, at in left:
            if self._monotonic() - at > REMEMBERED_S and self._forget(camera):
                del self._left[camera]
        for camera in here:
            self._beat(camera)

    def _enter(self) -> BrowserCamera:
        name = "browser-" + "".join(choice(ascii_lowercase + digits) for _ in range(ID_SIGNS))
        streams = self._streams(name)
        with self._lock:
            if len(self._senders) >= self.most or self.stop.is_set():
                raise TooMany(f"{self.most} browsers send already; no more may")
            self._count_new()
            camera = self._make(name, streams)
            self._senders[name] = Sender(camera, streams)
        return camera

    def _count_new(self) -> None:
        now = self._monotonic()
        while self._began and now - self._began[0] > MINUTE_S:
            self._began.popleft()
        if len(self._began) >= NEW_A_MINUTE:
            raise TooMany(f"{NEW_A_MINUTE} browsers began to send within a minute; no more may")
        self._began.append(now)

    def _beat(self, name: str) -> None:
        sender = self._sender(name)
        if sender is None:
            return
        with sender.lock, _noted(name):
            if self._sender(name) is None:
                return
            self._known.camera_is_here(name, sender.camera.status)
            # Again and again, because nobody does it for a browser whose web is killed.
            sender.camera.expire_numbers()
        with _noted(name):
            # Workers sweep as well; this covers the time when there is none.
            sender.streams.sweep(self._name)

    def _leave(self, name: str) -> None:
        with self._lock:
            sender = self._senders.pop(name)
            self._left[name] = self._monotonic()
        with sender.lock, suppress(BrokerError):  # Without heartbeats it falls off the list by itself.
            self._known.camera_left(name)
            sender.streams.forget()
            sender.camera.expire_numbers()

    def _sender(self, name: str) -> Sender | None:
        with self._lock:
            return self._senders.get(name)

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
