"""Many cameras' pictures in one answer: a browser opens six connections to a host at most."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from services.web.channel import Channel
from services.web.hub import Hub
from services.web.line import Line
from services.web.live.pace import Pace
from services.web.multipart import BOUNDARY, OPENING
from services.web.picture import Picture

CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"

LIST_EVERY_S = 2.0
"""So soon a camera that is new has a tile, and one that has gone has none."""

PLACEHOLDER_AFTER_S = 1.0
FIRST_PLACEHOLDER_S = 0.25
"""The same as in a feed by itself."""

EMPTY_FOR_S = 5.0
"""An answer without a camera ends then: nothing would be sent by which one who has left is noticed."""

SHORTEST_WAIT_S = 0.002
LONGEST_WAIT_S = 0.25

Sent = Callable[[str, Picture], None]
"""Is told of each camera's picture after it has been written."""


@dataclass(slots=True)
class Tile:
    """One camera among those of an answer.

    Attributes:
        channel: the camera's.
        pace: when its next picture may go.
        placeholder_at: when it gets a placeholder, if no picture comes before.
        version: of the last picture in its feed that was looked at.
        leave: takes the viewer off.
    """

    channel: Channel
    pace: Pace
    placeholder_at: float
    version: int = 0
    leave: ExitStack = field(default_factory=ExitStack)

    def newest(self) -> Picture | None:
        """Return the newest picture if it was not sent and is live."""
        version, picture = self.channel.feed.latest()
        if picture is None or version == self.version or not picture.part:
            return None
        self.version = version
        return picture if self.channel.is_fresh(picture) else None


class Tiles:
    """The tiles of one answer.

    Args:
        hub: has the feeds.
        fps: pictures a second of each camera at most.
        cameras: returns the ids of those that are wanted now.
        sent: see `Sent`.
        clock: this process's, in seconds.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        hub: Hub,
        fps: float,
        cameras: Callable[[], Sequence[str]],
        sent: Sent,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._hub = hub
        self._fps = fps
        self._cameras = cameras
        self._sent = sent
        self._clock = clock
        self._sleep = sleep
        self._tiles: dict[str, Tile] = {}
        self._list_at = self._empty_since = clock()

    def to(self, line: Line) -> Iterator[bytes]:
        """Yield the parts until the viewer takes no more, there is no camera, or the service stops."""
        try:
            yield OPENING
            while self._goes_on():
                found = self._next()
                if found is None:
                    self._sleep(self._wait_s())
                    continue
                camera, part, picture = found
                yield part
                if picture is not None:
                    self._sent(camera, picture)
                if not line.wait_until_taken(len(part)):
                    return
        finally:
            for tile in self._tiles.values():
                tile.leave.close()

    def _goes_on(self) -> bool:
        now = self._clock()
        if now >= self._list_at:
            self._list_at = now + LIST_EVERY_S
            self._follow_the_list()
        if self._tiles:
            self._empty_since = now
        return now - self._empty_since < EMPTY_FOR_S and not any(
            tile.channel.feed.closed for tile in self._tiles.values()
        )

    def _follow_the_list(self) -> None:
        wanted = self._cameras()
        for camera in self._tiles.keys() - set(wanted):
            self._tiles.pop(camera).leave.close()
        for camera in wanted:
            if camera not in self._tiles:
                self._tiles[camera] = self._tile(camera)

    def _tile(self, camera: str) -> Tile:
        now, leave = self._clock(), ExitStack()
        channel = leave.enter_context(self._hub.viewer(camera))
        return Tile(channel, Pace(self._fps, now), now + FIRST_PLACEHOLDER_S, leave=leave)

    def _next(self) -> tuple[str, bytes, Picture | None] | None:
        """Return the next part, with its camera and picture: the tile's that waits for longest."""
        now = self._clock()
        for camera, tile in sorted(self._tiles.items(), key=lambda item: item[1].pace.due):
            if tile.pace.wait_s(now) > 0:
                break
            picture = tile.newest()
            if picture is None and now < tile.placeholder_at:
                tile.pace.nothing_to_send(now)
                continue
            tile.pace.went(now)
            tile.placeholder_at = now + PLACEHOLDER_AFTER_S
            part = self._hub.placeholder(tile.channel) if picture is None else picture.part
            return camera, f"X-Camera: {camera}\r\n".encode() + part, picture
        return None

    def _wait_s(self) -> float:
        due = min((tile.pace.due for tile in self._tiles.values()), default=float("inf"))
        return min(max(due - self._clock(), SHORTEST_WAIT_S), LONGEST_WAIT_S)
