"""One browser as a camera: what it sends is published as any camera's frames are."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from secrets import token_hex
from threading import Lock
from typing import Protocol

from services.web.browser.jpeg_header import Size
from shared.entities import CameraState, CameraStatus, Frame
from shared.errors import BrokerError

log = logging.getLogger(__name__)

SOURCE = "browser"
"""The kind of source, in the camera's status."""

NUMBERS_KEPT_S = 3600
"""For so long the broker keeps the counters of a browser that has left, or whose web was killed."""

RATE_OVER_S = 2.0
"""The frame rate in the status is measured over at least this time."""


class Streams(Protocol):
    """A camera's streams."""

    def publish(self, frame: Frame, *, run: str) -> str:
        """Add a frame."""

    def waiting(self) -> int:
        """Return how many frames no worker has taken."""

    def expire_numbers(self, after_s: int) -> None:
        """Let its counters go after a while."""


class Clock(Protocol):
    """The broker's clock."""

    def now(self) -> int:
        """Return the broker's time, in Unix nanoseconds."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as a browser sent it.

    Attributes:
        jpeg: the picture.
        size: of it, in pixels.
        mirror: whether the worker is to mirror it.
        age_s: how old it was when it was sent, by the browser's clock.
    """

    jpeg: bytes
    size: Size
    mirror: bool
    age_s: float


class BrowserCamera:
    """Publishes the frames of one sender. Methods raise a `BrokerError` where the broker is away or refuses.

    Args:
        camera: its id.
        streams: where its frames go.
        clock: the broker's.
        monotonic: seconds, for the rate.
    """

    def __init__(
        self, camera: str, streams: Streams, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.id = camera
        self._streams = streams
        self._clock = clock
        self._monotonic = monotonic
        self._run = token_hex(8)
        self._seq = 0
        self._since, self._counted = monotonic(), 0
        self._lock = Lock()
        self._status = CameraStatus(CameraState.OPENING, SOURCE)

    @property
    def status(self) -> CameraStatus:
        """Return what the camera is doing."""
        with self._lock:
            return self._status

    def publish(self, sent: Sent) -> int:
        """Publish a picture; return its `seq`."""
        # A number of its own for each, even for one that fails: the broker refuses a number that it has.
        self._seq += 1
        taken_at = self._clock.now() - round(sent.age_s * 1e9)
        frame = Frame(self._seq, taken_at, sent.size.width, sent.size.height, sent.mirror, sent.jpeg)
        self._streams.publish(frame, run=self._run)
        self._live(sent.size)
        return self._seq

    def was_taken(self) -> bool:
        """Return whether a worker has taken the last frame, or it was given up."""
        return self._streams.waiting() == 0

    def expire_numbers(self) -> None:
        """Let its counters go `NUMBERS_KEPT_S` after the last call."""
        self._streams.expire_numbers(NUMBERS_KEPT_S)

    def lost_one(self) -> int:
        """Count a picture that could not be published; return the `seq` that it had."""
        with self._lock:
            self._status = replace(self._status, replaced=self._status.replaced + 1)
        return self._seq

    def _live(self, size: Size) -> None:
        self._counted += 1
        passed = self._monotonic() - self._since
        fps = self._status.fps
        if passed >= RATE_OVER_S:
            fps = self._counted / passed
            self._since, self._counted = self._monotonic(), 0
        new = replace(self._status, state=CameraState.LIVE, width=size.width, height=size.height, fps=fps)
        if self._status.state is not CameraState.LIVE:
            log.info("camera %s is live: a browser, %dx%d", self.id, size.width, size.height)
            # At once, because nobody does it for a browser whose web is killed; else the next heartbeat does.
            with suppress(BrokerError):
                self.expire_numbers()
        with self._lock:
            self._status = new
