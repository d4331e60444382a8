"""The talk with one sending browser.

We say `{"camera": ID, ...}`; the browser sends a frame, we say `{"taken": SEQ}` once it was published and a
worker has taken it (or nobody came for it), and so on: a browser never has more than one frame on its way.
A frame is a binary message: one byte of flags (1: mirror it), two of its age in milliseconds, the highest
first, and a JPEG.
"""

import json
import time
from collections.abc import Callable
from threading import Event
from typing import Protocol

from services.web.browser.camera import BrowserCamera, Sent
from services.web.browser.jpeg_header import MOST_PIXELS, MOST_SIDE, is_too_large, read_size
from services.web.browser.websocket import Code, End, WebSocketClosed
from shared.errors import BrokerError, PictureError

FPS = 15.0
"""Frames a second at most: the next one is asked for no sooner."""

MOST_BYTES = 1024 * 1024
"""Of a JPEG; one of `MOST_PIXELS` takes half of that, as browsers encode them."""

HEAD_BYTES = 3
MOST_MESSAGE_BYTES = HEAD_BYTES + MOST_BYTES
MIRROR = 1
MOST_AGE_MS = 1_000
"""Of a frame when it was sent; whoever says more has a clock that jumped."""

IDLE_S = 8.0
"""A browser that sends no whole frame for so long is gone: its network, its battery, its lid."""

TAKEN_WITHIN_S = 0.5
"""For so long a worker may let a frame wait; the next one then takes its place."""

LOOK_EVERY_S = 0.004
LOOK_SELDOM_S = 0.1
LOOK_GROWTH = 1.5
"""The looks whether a frame was taken grow rarer: 12 in `TAKEN_WITHIN_S`, so that a browser without a worker
asks little of the broker, and a frame is acknowledged soon, as measured by what it waited for."""

STOP_SLICE_S = 0.2
"""How soon a talk notices that the service stops."""

EARLY = "a frame was sent before the last one was acknowledged"
BROKER_AWAY = "The broker cannot be reached: pictures are lost until it is back."


class Socket(Protocol):
    """A WebSocket."""

    def receive(self, within_s: float) -> bytes | str | None:
        """Return the next message, or None."""

    def send(self, text: str) -> None:
        """Send a message."""


class CutOff(Exception):
    """Raised where a sender does what it must not.

    Attributes:
        code: of the close.
    """

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Session:
    """One browser that sends.

    Args:
        socket: open.
        camera: what it is.
        stop: set when the service stops.
        monotonic: seconds.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        socket: Socket,
        camera: BrowserCamera,
        stop: Event,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._socket = socket
        self._camera = camera
        self._stop = stop
        self._monotonic = monotonic
        self._sleep = sleep

    def run(self) -> End:
        """Publish what comes until there is an end to it; return which, yet to be told to the browser."""
        try:
            self._say(camera=self._camera.id, fps=FPS, bytes=MOST_BYTES, pixels=MOST_PIXELS, side=MOST_SIDE)
            while True:
                asked_at = self._monotonic()
                answer = self._publish(decoded(self._next_message()))
                self._wait_until_taken(asked_at)
                self._say(**answer)
        except WebSocketClosed as closed:
            return closed.end
        except CutOff as cut:
            return End(cut.code, str(cut), by_us=True)

    def _next_message(self) -> bytes | str:
        deadline = self._monotonic() + IDLE_S
        while not self._stop.is_set():
            left = deadline - self._monotonic()
            if left <= 0:
                raise CutOff(Code.IDLE, f"no frame for {IDLE_S:.0f} s")
            message = self._socket.receive(min(left, STOP_SLICE_S))
            if message is not None:
                return message
        raise CutOff(Code.GOING_AWAY, "Mien is stopping")

    def _publish(self, sent: Sent) -> dict[str, object]:
        try:
            return {"taken": self._camera.publish(sent)}
        except BrokerError:
            return {"taken": self._camera.lost_one(), "problem": BROKER_AWAY}

    def _wait_until_taken(self, asked_at: float) -> None:
        """Wait until a worker has the frame, and the rate allows the next one; none may have come by then."""
        given_up_at, pause_s = self._monotonic() + TAKEN_WITHIN_S, LOOK_EVERY_S
        while not (self._stop.is_set() or self._was_taken()):
            left = given_up_at - self._monotonic()
            if left <= 0:
                break
            self._sleep(min(pause_s, left))
            pause_s = min(LOOK_SELDOM_S, LOOK_GROWTH * pause_s)
        self._sleep(max(0.0, asked_at + 1 / FPS - self._monotonic()))
        if self._socket.receive(0) is not None:
            raise CutOff(Code.POLICY, EARLY)

    def _was_taken(self) -> bool:
        try:
            return self._camera.was_taken()
        except BrokerError:
            return False

    def _say(self, **words: object) -> None:
        self._socket.send(json.dumps(words))


def decoded(message: bytes | str) -> Sent:
    """Return the picture in a message; of the JPEG only its header is read.

    Raises:
        CutOff: it is none, or too large a one.
    """
    if isinstance(message, str) or len(message) <= HEAD_BYTES or message[0] & ~MIRROR:
        raise CutOff(Code.GARBAGE, "a message that is no frame")
    jpeg = message[HEAD_BYTES:]
    try:
        size = read_size(jpeg)
    except PictureError as error:
        raise CutOff(Code.GARBAGE, f"a frame that is no picture: {error}") from error
    if is_too_large(size):
        raise CutOff(Code.TOO_BIG, f"a picture of {size.width}x{size.height} pixels is too large")
    age_ms = min(int.from_bytes(message[1:HEAD_BYTES]), MOST_AGE_MS)
    return Sent(jpeg, size, bool(message[0] & MIRROR), age_ms / 1000)
