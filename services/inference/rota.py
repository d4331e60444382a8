"""Which camera's frame a worker takes next: one camera's newest, then the next camera's."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable

from shared.errors import BrokerErrorReply
from shared.keys import CAMERA_ID
from shared.logs import Seldom
from shared.streams import CameraStreams, Taken

seldom = Seldom(logging.getLogger(__name__))

AT_WORK_S = 2.0
"""A camera that gave a frame so lately gives more."""


class Rota:
    """The cameras in turn, those first that are known to have a new frame.

    Args:
        open_streams: makes the streams of a camera that is new here.
        take: takes a camera's newest frame, or None.
        clock: this process's, in seconds.
    """

    def __init__(
        self,
        open_streams: Callable[[str], CameraStreams],
        take: Callable[[CameraStreams], Taken | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_streams
        self._take = take
        self._clock = clock
        self._gave_at: dict[str, float] = {}
        self._streams: dict[str, CameraStreams] = {}
        self._turn: deque[str] = deque()
        self._hints: set[str] = set()

    @property
    def streams(self) -> list[CameraStreams]:
        """Return the streams of every camera."""
        return list(self._streams.values())

    def at_work(self) -> int:
        """Return how many cameras give frames now."""
        since = self._clock() - AT_WORK_S
        return sum(gave_at > since for gave_at in self._gave_at.values())

    def set_cameras(self, cameras: Iterable[str]) -> None:
        """Serve these cameras from now on; each is asked for a frame at the next turn."""
        wanted = valid_ids(cameras, "camera")
        for gone in self._streams.keys() - wanted:
            del self._streams[gone]
            self._gave_at.pop(gone, None)
            self._turn.remove(gone)
        for camera in sorted(wanted - self._streams.keys()):
            self._add(camera)
        self._hints = set(self._streams)

    def hint(self, cameras: Iterable[str]) -> None:
        """Note that these cameras have a new frame; one that is new here is served from now on."""
        for camera in valid_ids(cameras, "camera"):
            if camera not in self._streams:
                self._add(camera)
            self._hints.add(camera)

    def next(self) -> tuple[CameraStreams, Taken] | None:
        """Take the newest frame of the next camera that has one; None where none has.

        Raises:
            BrokerError: the broker is away or refuses. Where it answers with an error for one camera, that
                camera is passed over until its next hint.
        """
        for _ in range(len(self._turn)):
            camera = self._turn[0]
            self._turn.rotate(-1)
            if camera not in self._hints:
                continue
            entry = self._taken(camera)
            # With a frame or without one, nothing waits there now: the next frame comes with a hint.
            self._hints.discard(camera)
            if entry is not None:
                self._gave_at[camera] = self._clock()
                return self._streams[camera], entry
        return None

    def _taken(self, camera: str) -> Taken | None:
        try:
            return self._take(self._streams[camera])
        except BrokerErrorReply as error:
            seldom.warning("camera %s is passed over: %s", camera, error, about=camera)
            return None

    def _add(self, camera: str) -> None:
        self._streams[camera] = self._open(camera)
        self._turn.append(camera)


def valid_ids(ids: Iterable[str], what: str) -> set[str]:
    """Return those of the cameras or recordings that the broker names whose ids are valid.

    Whoever can write to the broker can name one; a wrong name must not end the worker.
    """
    named = set(ids)
    valid = {one for one in named if CAMERA_ID.fullmatch(one)}
    for one in named - valid:
        seldom.warning("the broker names a %s %r, which is no valid id; passed over", what, one[:40])
    return valid
