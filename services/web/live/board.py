"""A camera's messages, each worded once for all who read them."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from services.web.api import camera_dict, faces_dict, worker_dict
from services.web.channel import Channel
from services.web.directory import camera_of
from services.web.hub import Hub
from services.web.picture import Picture
from shared.entities import Cause
from shared.entries import entry_order

STATUS_SHARED_S = 0.5
"""A status is not made again before: readers ask for one a second, each at its own moment."""

OPENING = b"retry: 1000\n\n"
"""A browser that was cut off comes back after a second."""


class Board:
    """The newest messages of one channel.

    Args:
        hub: knows the broker's part of the status.
        channel: the camera's.
        clock: this process's, in seconds.
        wall: the time of day, in Unix seconds.
    """

    def __init__(
        self,
        hub: Hub,
        channel: Channel,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._hub = hub
        self._channel = channel
        self._clock = clock
        self._wall = wall
        self._worded: dict[bool, tuple[Picture | None, str]] = {}
        self._status = b""
        self._status_at = float("-inf")

    def result(self, picture: Picture, *, crops: bool = False) -> bytes:
        """Return a result as an event, with its age at this moment, and with the crops of its faces."""
        newest, words = self._worded.get(crops, (None, ""))
        if newest is not picture:
            words = _open_object(self._result_dict(picture, crops=crops))
            self._worded[crops] = picture, words
        data = f'{words},"age_ms":{1000 * self._channel.age_s(picture):.1f}}}'
        return f"event: result\nid: {picture.result.frame}\ndata: {data}\n\n".encode()

    def _result_dict(self, picture: Picture, *, crops: bool) -> dict[str, Any]:
        data = faces_dict(self._channel.camera, picture)
        if crops:
            for row, face in zip(data["faces"], picture.result.faces, strict=True):
                row["crop"] = None if face.crop is None else b64encode(face.crop).decode()
        return data

    def status(self) -> bytes:
        """Return how the camera is, as an event; the same bytes for all who ask within half a second."""
        now = self._clock()
        if now - self._status_at >= STATUS_SHARED_S:
            self._status_at, self._status = now, event("status", self.status_dict())
        return self._status

    def status_dict(self) -> dict[str, Any]:
        """Return how the camera is, what its numbers are, and what is missing since when."""
        hub, channel = self._hub, self._channel
        account, quiet_s = channel.vitals.account, channel.quiet_s()
        camera = camera_of(channel.camera, channel.status, channel.age_ms(), channel.vitals.viewers)
        heard = hub.hears_the_broker()
        is_quiet = channel.is_quiet() or not heard
        now_ms, p95_ms = channel.shown_age_ms(), channel.recent.age_p95_ms()
        return {
            "camera": camera_dict(camera),
            "results_fps": round(channel.recent.rate(), 2),
            "age_ms": {"now": _tenths(now_ms), "p95": _tenths(p95_ms)},
            "dropped": account and {cause.value: account.lost.get(cause, 0) for cause in Cause},
            "captured": account and account.captured,
            "published": account and account.published,
            "workers": [worker_dict(worker) for worker in hub.workers],
            "privacy": channel.privacy(),
            "broker": heard,
            "since": round(self._wall() - quiet_s, 3) if is_quiet else None,
            "quiet_s": round(quiet_s, 3) if is_quiet else None,
        }


class Boards:
    """The board of each channel that somebody reads."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        # A board holds its channel, and those who read it hold the board: with the last of them both may go.
        self._boards: WeakValueDictionary[Channel, Board] = WeakValueDictionary()

    def of(self, channel: Channel) -> Board:
        """Return a channel's."""
        return self._boards.setdefault(channel, Board(self._hub, channel))


def event(name: str, data: dict[str, Any]) -> bytes:
    """Return a server-sent event without an id."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def gap(last_id: str, until_ns: int) -> bytes:
    """Return the event that says that results between two moments cannot be had any longer."""
    return event("gap", {"from": entry_order(last_id)[0] / 1000, "until": until_ns / 1e9})


def _open_object(data: dict[str, Any]) -> str:
    """Return a JSON object without its last brace, so that more can follow."""
    return json.dumps(data, separators=(",", ":"))[:-1]


def _tenths(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
