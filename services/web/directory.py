"""What there is: the cameras and workers, as pages and programs see them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.web.reading import Clock, Results
from services.web.renewed import Renewed
from shared.entities import CameraStatus
from shared.entries import decode_result
from shared.errors import BrokerError, BrokerErrorReply, EntryError
from shared.registry import FORGOTTEN_AFTER_S, Worker

UNKNOWN = "unknown"
"""The state of a camera whose status cannot be read."""

LOST = "lost"

OPEN = ("live", "opening")

APPEARS_WITHIN_S = 2.0
"""A program that opens the printed URL at once can be there before capture has named its cameras."""

LOOK_EVERY_S = 0.1

BACK_WITHIN_S = 5.0
"""One that leaves the list is listed for a while: a broker that has restarted is soon told of it again.
Capture tries to reach it once a second, a try may take 2 s, and it names its cameras once a second."""

NEWEST_FOR_S = 0.5
"""For so long the newest result's time is not looked up again, because its whole picture comes with it."""

FRESH_MS = 5_000
"""An open camera whose newest result is older than this is not ready."""


class Known(Protocol):
    """The lists of cameras and workers."""

    def cameras(self) -> list[str]:
        """Return the ids of the cameras that are there."""

    def camera_statuses(self, cameras: Sequence[str]) -> list[CameraStatus | EntryError | None]:
        """Return cameras' statuses; None where there is none, an error where it cannot be read."""

    def workers(self) -> list[Worker]:
        """Return the workers that are there."""


class Counts(Protocol):
    """Knows how many look at a camera, over all web processes."""

    def viewers_of(self, cameras: Sequence[str]) -> list[int | BrokerErrorReply]:
        """Return how many look at each camera, or the broker's error."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as the public interface shows it.

    Attributes:
        id: its id.
        state: `opening`, `live`, `idle`, `lost`, or `unknown` where its status cannot be read.
        width: of its frames, in pixels; 0 before the first.
        height: of its frames, in pixels; 0 before the first.
        fps: frames captured a second.
        frame_age_ms: age of the newest result; None where there is none.
        viewers: how many look at it.
        error: why it is lost; empty when all is well.
        granted: what a webcam grants beside what it was asked for; empty for others.
    """

    id: str
    state: str
    width: int
    height: int
    fps: float
    frame_age_ms: int | None
    viewers: int
    error: str
    granted: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What the broker says of a camera; `t` is the time of its newest result, Unix ns."""

    camera: str
    status: CameraStatus | EntryError | None
    viewers: int | BrokerErrorReply
    t: int | None


class Directory:
    """Looks up cameras and workers. Methods raise a `BrokerError` where the broker is away or refuses.

    Args:
        known: the lists.
        counts: the numbers of viewers.
        clock: the broker's.
        results: returns a camera's results stream.
        newest: returns the time of a camera's newest result where this process shows it live, Unix ns; it
            need not be asked for then, with its whole picture.
        monotonic: this process's clock, in seconds.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        known: Known,
        counts: Counts,
        clock: Clock,
        results: Callable[[str], Results],
        newest: Callable[[str], int | None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._known = known
        self._counts = counts
        self._clock = clock
        self._results = results
        self._live_t = newest
        self._monotonic = monotonic
        self._sleep = sleep
        self._seen: dict[str, float] = {}
        self._here: list[str] = []
        self._interrupted = False
        self._back_at = float("-inf")
        self._newest: dict[str, tuple[float, int | None]] = {}
        self._rows = Renewed(lambda: self._read(self.names()), monotonic)

    def cameras(self) -> list[Camera]:
        """Return every camera, by id; while `renew` is called, as it was a moment ago."""
        return [self._camera(row) for row in self._rows.get()]

    def renew(self) -> None:
        """Learn how the cameras are, if somebody asks for them now and then."""
        self._rows.renew()

    def names(self) -> list[str]:
        """Return the id of every camera, sorted."""
        self._look()
        return sorted(self._here)

    def workers(self) -> list[Worker]:
        """Return every worker, by id."""
        return self._known.workers()

    def has(self, camera: str) -> bool:
        """Return whether there is such a camera.

        One that was there a moment ago counts: while the broker is away, and while capture makes itself
        known again to a broker that has restarted.
        """
        try:
            self._look()
        except BrokerError:
            if not self._was_here(camera):
                raise
        return self._was_here(camera)

    def appears(self, camera: str, within_s: float = APPEARS_WITHIN_S) -> bool:
        """Return whether there is such a camera, now or in a moment: capture may be starting.

        Where the broker has just come back, capture may have to name its cameras again, which takes longer.
        """
        deadline = self._monotonic() + within_s
        while not self.has(camera):
            if self._monotonic() > max(deadline, self._back_at + BACK_WITHIN_S):
                return False
            self._sleep(LOOK_EVERY_S)
        return True

    def camera(self, camera: str) -> Camera:
        """Return one camera."""
        return self._camera(self._read([camera])[0])

    def forget(self, camera: str) -> None:
        """Forget when a camera that never comes back was there."""
        self._seen.pop(camera, None)
        self._here = [other for other in self._here if other != camera]
        self._newest.pop(camera, None)

    def ready(self) -> bool:
        """Return whether each camera that is open, because somebody looks, gives results."""
        open_now = [row for row in self.cameras() if row.state in OPEN and row.viewers]
        return all(row.frame_age_ms is not None and row.frame_age_ms < FRESH_MS for row in open_now)

    def _look(self) -> None:
        try:
            cameras = self._known.cameras()
        except BrokerError:
            self._interrupted = True
            raise
        now = self._monotonic()
        if self._interrupted:
            # Nobody could tell a broker that was away of the cameras: their while begins now.
            self._interrupted, self._back_at = False, now
            self._seen.update(dict.fromkeys(self._here, now))
        self._seen.update(dict.fromkeys(cameras, now))
        self._here = [camera for camera in list(self._seen) if self._was_here(camera, BACK_WITHIN_S)]

    def _was_here(self, camera: str, within_s: float = FORGOTTEN_AFTER_S) -> bool:
        return self._monotonic() - self._seen.get(camera, float("-inf")) < within_s

    def _read(self, cameras: Sequence[str]) -> list[Row]:
        # Two questions however many cameras: each answer waits until this process has served its viewers.
        statuses, viewers = self._known.camera_statuses(cameras), self._counts.viewers_of(cameras)
        return [
            Row(camera, status, number, self._live_t(camera) or self._looked_up_t(camera))
            for camera, status, number in zip(cameras, statuses, viewers, strict=True)
        ]

    def _camera(self, row: Row) -> Camera:
        t = self._live_t(row.camera) or row.t
        age_ms = None if t is None else max(0, (self._clock.now() - t) // 1_000_000)
        return _camera(row.camera, row.status, age_ms, row.viewers)

    def _looked_up_t(self, camera: str) -> int | None:
        now = self._monotonic()
        looked_at, t = self._newest.get(camera, (float("-inf"), None))
        if now - looked_at > NEWEST_FOR_S:
            t = self._newest_t(camera)
            self._newest[camera] = now, t
        return t

    def _newest_t(self, camera: str) -> int | None:
        entry = self._results(camera).newest_result()
        try:
            return None if entry is None else decode_result(entry.fields).t
        except EntryError:
            return None


def _camera(
    camera: str,
    status: CameraStatus | EntryError | None,
    frame_age_ms: int | None,
    viewers: int | BrokerErrorReply,
) -> Camera:
    if isinstance(viewers, BrokerErrorReply):
        raise viewers
    if isinstance(status, EntryError):
        return Camera(camera, UNKNOWN, 0, 0, 0.0, frame_age_ms, viewers, "its status cannot be read")
    return camera_of(camera, status, frame_age_ms, viewers)


def camera_of(camera: str, status: CameraStatus | None, frame_age_ms: int | None, viewers: int) -> Camera:
    """Return a camera by capture's words about it; None where there are none any longer."""
    if status is None:
        return Camera(camera, LOST, 0, 0, 0.0, frame_age_ms, viewers, "its capture service has fallen silent")
    size = status.width, status.height
    words = status.error, status.granted
    return Camera(camera, status.state.value, *size, status.fps, frame_age_ms, viewers, *words)
