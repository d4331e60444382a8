"""One camera in this process: its feed, who looks at it, and why it may give no picture."""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Event

from services.web.feed import Feed
from services.web.ordering import Account
from services.web.picture import Picture
from services.web.placeholder import DEFAULT_SIZE, Notice, size_of
from services.web.reading import FRESH_FOR_S
from shared.entities import CameraState, CameraStatus
from shared.watching import LOOKING_FOR_S

LINGER_S = 3.0
"""How long the reader stays after the last one has left: somebody who reloads a page is soon back."""

NEVER = float("-inf")

REASONS = {
    CameraState.OPENING: "The camera is being opened.",
    CameraState.IDLE: "The camera was closed because nobody looked. It is being opened.",
    CameraState.LIVE: "The camera is live, but no worker delivers results.",
    CameraState.LOST: "The camera gives no pictures.",
}


NUMBERS_ONLY = "Numbers only: no picture leaves the worker."

WITHHELD = "Withheld: a worker is set to less privacy than this service (MIEN_PRIVACY)."


class Channel:
    """One camera's feed and those who look at it.

    Attributes:
        camera: its id.
        feed: the newest picture.
        account: of the results read for it.
        stop: ends the reader.
        viewers: open feed connections.
        status: capture's words about the camera; None while they are not known.
        said: how many were last said to the broker to be looking.
    """

    def __init__(self, camera: str, account: Account, clock: Callable[[], float] = time.monotonic) -> None:
        self.camera = camera
        self.feed: Feed[Picture] = Feed()
        self.account = account
        self.stop = Event()
        self.viewers = 0
        self.status: CameraStatus | None = None
        self.said = 0
        self._clock = clock
        self._touched_at = NEVER
        self._left_at = clock()
        self._began = datetime.now().astimezone()

    def touch(self) -> None:
        """Count somebody as looking for `LOOKING_FOR_S` seconds: an API call, a snapshot."""
        self._touched_at = self._clock()

    def leave(self) -> None:
        """Take a viewer off."""
        self.viewers -= 1
        self._left_at = self._clock()

    def looking(self) -> int:
        """Return how many are looking."""
        touched = self._clock() - self._touched_at < LOOKING_FOR_S
        return max(self.viewers, 1 if touched else 0)

    def deserted(self) -> bool:
        """Return whether nobody has looked for so long that the channel may end."""
        return self.looking() == 0 and self._clock() - self._left_at > LINGER_S

    def end(self) -> None:
        """End the reader and the feed."""
        self.stop.set()
        self.feed.close()

    def is_fresh(self, picture: Picture) -> bool:
        """Return whether a picture is live."""
        return self._clock() - picture.arrived < FRESH_FOR_S

    def fresh_picture(self, wait_s: float) -> Picture | None:
        """Return a live picture, waiting for one up to `wait_s` seconds."""
        version, picture = self.feed.latest()
        if picture is not None and self.is_fresh(picture):
            return picture
        return self.feed.newer(version, wait_s)[1]

    def reason(self) -> str:
        """Return why it gives no picture, by the newest result or by capture's words, in a sentence."""
        unpictured = self._unpictured()
        if unpictured is not None:
            return WITHHELD if unpictured.withheld else NUMBERS_ONLY
        if self.status is None:
            return "The capture service says nothing about it."
        return self.status.error or REASONS[self.status.state]

    def notice(self, reason: str) -> Notice:
        """Return what its placeholder says: the reason, since when, in the size of the last picture."""
        _, picture = self.feed.latest()
        size = size_of(picture.result.jpeg) if picture and picture.part else self._announced_size()
        since = "" if self._unpictured() else f"since {self._since(picture)}"
        return Notice(self.camera, reason, since, size)

    def _unpictured(self) -> Picture | None:
        """Return the newest result where it is live and has no picture to show."""
        _, picture = self.feed.latest()
        return picture if picture and not picture.part and self.is_fresh(picture) else None

    def _announced_size(self) -> tuple[int, int]:
        status = self.status
        return (status.width, status.height) if status and status.width and status.height else DEFAULT_SIZE

    def _since(self, picture: Picture | None) -> str:
        moment = self._began
        if picture is not None:
            moment = datetime.fromtimestamp(picture.result.t / 1e9).astimezone()
        return moment.strftime("%H:%M:%S %Z")
