"""One camera in this process: its feed, who looks at it, and why it may give no picture."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Event

from services.web.feed import Feed
from services.web.live.crops import Crops
from services.web.live.recent import Recent
from services.web.live.vitals import Vitals
from services.web.ordering import Account
from services.web.picture import Picture
from services.web.placeholder import DEFAULT_SIZE, Notice, size_of
from services.web.reading import FRESH_FOR_S
from shared.entities import CameraState, CameraStatus
from shared.watching import LOOKING_FOR_S

LINGER_S = 3.0
"""How long the reader stays after the last one has left: somebody who reloads a page is soon back."""

QUIET_AFTER_S = 2.0
QUIET_AFTER_FRAMES = 3
"""Without a result for so long, and for as long as so many frames take, something is missing."""

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
        readers: open connections of events.
        recent: the results of the last half minute.
        vitals: the camera's numbers, while somebody reads its events.
        status: capture's words about the camera; None while they are not known.
        said: how many were last said to the broker to be looking.
    """

    def __init__(self, camera: str, account: Account, clock: Callable[[], float] = time.monotonic) -> None:
        self.camera = camera
        self.feed: Feed[Picture] = Feed()
        self.account = account
        self.stop = Event()
        self.viewers = 0
        self.readers = 0
        self.recent = Recent(clock)
        self.vitals = Vitals()
        self._crops = Crops()
        self.status: CameraStatus | None = None
        self.said = 0
        self._clock = clock
        self._touched_at = NEVER
        self._left_at = self._began_at = clock()
        self._began = datetime.now().astimezone()

    def show(self, picture: Picture) -> None:
        """Take the newest result, for those who look and those who come back."""
        picture = replace(picture, result=self._crops.filled(picture.result, picture.arrived))
        self.recent.add(picture)
        self.feed.put(picture)

    def touch(self) -> None:
        """Count somebody as looking for `LOOKING_FOR_S` seconds: an API call, a snapshot."""
        self._touched_at = self._clock()

    def leave(self) -> None:
        """Take a viewer off."""
        self.viewers -= 1
        self._left_at = self._clock()

    def read_no_more(self) -> None:
        """Take a reader of events off."""
        self.readers -= 1
        self._left_at = self._clock()

    def looking(self) -> int:
        """Return how many are looking."""
        touched = self._clock() - self._touched_at < LOOKING_FOR_S
        return max(self.viewers, 1 if touched or self.readers else 0)

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

    def age_s(self, picture: Picture) -> float:
        """Return how old a picture is, in seconds since its capture."""
        return picture.age_s(self._clock())

    def age_ms(self) -> int | None:
        """Return the age of the newest result, since its capture; None before the first."""
        _, picture = self.feed.latest()
        return None if picture is None else max(0, round(1000 * self.age_s(picture)))

    def shown_age_ms(self) -> float | None:
        """Return how old the newest result was when it came; one that is not live, how old it is now."""
        _, picture = self.feed.latest()
        if picture is None or not self.is_fresh(picture):
            return self.age_ms()
        return picture.latency_ns / 1e6

    def quiet_s(self) -> float:
        """Return since when no result came, in seconds before now."""
        _, picture = self.feed.latest()
        return self._clock() - (picture.arrived if picture else self._began_at)

    def is_quiet(self) -> bool:
        """Return whether no result came for so long that something is missing."""
        fps = self.status.fps if self.status else 0.0
        return self.quiet_s() > max(QUIET_AFTER_S, QUIET_AFTER_FRAMES / fps if fps else 0.0)

    def privacy(self) -> str | None:
        """Return what of the newest frame left its worker; None before the first."""
        _, picture = self.feed.latest()
        return picture.result.privacy.value if picture else None

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
