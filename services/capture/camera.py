"""One camera: opens its source while it is wanted, publishes its newest pictures, and tries again."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock

from services.capture import sources
from services.capture.broken import BrokenPictures
from services.capture.demand import Demand
from services.capture.latest import LatestReader
from services.capture.metrics import CameraMetrics
from services.capture.picture import JpegImage, as_jpeg
from services.capture.polling import PollingReader
from services.capture.rate import Rate
from services.capture.reading import Captured, Reader
from services.capture.settings import SLOWEST, CameraSettings
from services.capture.sources import Granting, PolledSource, Source, kind_of
from shared.clock import BrokerClock
from shared.entities import CameraState, CameraStatus, Frame
from shared.errors import BrokerError, BrokerErrorReply, SourceError
from shared.logs import Seldom
from shared.streams import CameraStreams

log = logging.getLogger(__name__)
seldom = Seldom(log)

POLL_S = 0.1
"""How soon an open camera notices that it is no longer wanted."""

REST_S = 0.5
"""How soon a closed camera notices that it is to end, where nobody wakes it."""

STALL_S = 5.0
"""A source that gives nothing for so long, or for twice its pause between two pictures, counts as lost."""

OPENS_WITHIN_S = 2 * STALL_S
"""A camera that has been opening for longer counts as lost until its driver answers."""

CLOSES_WITHIN_S = 1.0
"""So long a source may take to end, or twice its pause between two pictures."""

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0

LOOK_EVERY_S = 5.0
"""How often a camera that is closed looks whether the file or folder that it shows is there."""

UNKNOWN = "unknown"
"""The kind of a source that is none, or that nobody has looked at yet."""

Opener = Callable[[CameraSettings], Source]


def open_camera(settings: CameraSettings) -> Source:
    """Open a camera's source.

    Raises:
        SourceError: there is none, or it cannot be opened.
    """
    return sources.open_camera(settings.source, size=settings.size, fps=settings.fps)


class Camera:
    """One camera, run by a thread of its own, so that one that hangs holds no other.

    Args:
        settings: what it is.
        streams: where its frames go.
        clock: the broker's.
        demand: whether it is wanted.
        run_id: of this run of capture, so that the broker recognises a frame that it has already.
        opener: opens its source.
        monotonic: seconds; for stalls, the rate and the pauses between two tries.
    """

    def __init__(
        self,
        settings: CameraSettings,
        *,
        streams: CameraStreams,
        clock: BrokerClock,
        demand: Demand,
        run_id: str,
        opener: Opener = open_camera,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = settings.id
        self.streams = streams
        self.demand = demand
        self.metrics = CameraMetrics(settings.id)
        self._settings = settings
        self._clock = clock
        self._run_id = run_id
        self._opener = opener
        self._monotonic = monotonic
        self._seq = 0
        self._replaced = 0
        self._granted = ""
        self._retry_s = FIRST_RETRY_S
        self._looked_at = float("-inf")
        self._stuck: Reader | None = None
        self._asked_at: float | None = None
        self._overdue = False
        self._lock = Lock()
        # Its own thread finds out: to look at a path can take for ever, and all cameras are made by one.
        self._kind = UNKNOWN
        self._status = CameraStatus(CameraState.IDLE, self._kind)

    @property
    def status(self) -> CameraStatus:
        """Return what the camera is doing; its own thread cannot say that it hangs."""
        with self._lock:
            status, asked_at = self._status, self._asked_at
        waited = 0.0 if asked_at is None else self._monotonic() - asked_at
        if waited <= OPENS_WITHIN_S:
            return status
        error = f"camera {self.id}: no answer from its driver for {waited:.0f} s"
        self._note_overdue(error)
        return replace(status, state=CameraState.LOST, fps=0.0, error=error)

    @property
    def holds_source(self) -> bool:
        """Whether a source is still open, left to its thread because a driver does not let go of it."""
        return self._stuck is not None and self._stuck.holds_source

    def run(self, stop: Event) -> None:
        """Serve until `stop` is set."""
        while not stop.is_set():
            if not self.demand.wanted():
                self._retry_s = FIRST_RETRY_S  # Whoever looks next is no part of this row of tries.
                self._rest()
                self.demand.wait(REST_S)
                continue
            try:
                self._serve(stop)
            except SourceError as error:
                self._lost(error, stop)
            except Exception as error:
                # Whatever a driver or a codec does, the camera tries again and its status says why.
                log.debug("camera %s", self.id, exc_info=True)
                self._lost(SourceError(f"camera {self.id} failed: {error!r}"), stop)
        self._say(CameraState.IDLE)

    def _serve(self, stop: Event) -> None:
        if self._stuck is not None and self._stuck.holds_source:
            # Most devices can be opened once only, and two threads in one driver can end the process.
            raise SourceError(f"camera {self.id}: stuck in its driver; it is opened again once that lets go")
        self._looked_at = float("-inf")
        source = self._opened()
        self._note_granted(source)
        pause_s = _pause_s(source)
        stall_s, closes_within_s = max(STALL_S, 2 * pause_s), max(CLOSES_WITHIN_S, 2 * pause_s)
        reader = _reader(source, f"camera {self.id}")
        broken = BrokenPictures(self.id, source, self.metrics.broken)
        counted = 0
        rate = Rate(self._monotonic)
        given_at = self._monotonic()
        try:
            while not stop.is_set() and self.demand.wanted():
                captured = reader.take(POLL_S)
                broken.count()
                replaced = reader.replaced
                self._replaced, counted = self._replaced + replaced - counted, replaced
                if captured is not None and not stop.is_set():
                    given_at = self._monotonic()
                    self._publish(captured, rate)
                elif self._monotonic() - given_at > stall_s:
                    closes_within_s = CLOSES_WITHIN_S  # It has had its time.
                    raise SourceError(f"camera {self.id}: no picture for {stall_s:.0f} s")
        finally:
            broken.count()
            self._replaced += reader.replaced - counted
            self._stuck = None if reader.stop(closes_within_s) else reader
            self.metrics.closed()

    def _opened(self) -> Source:
        with self._asking():
            self._kind = _kind(self._settings.source)  # A file may have come since.
            if self._status.state is not CameraState.LOST:
                self._say(CameraState.OPENING)
            source = self._opener(self._settings)
        self._overdue = False
        return source

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Note how long a driver, or a file system, takes to answer."""
        with self._lock:
            self._asked_at, self._overdue = self._monotonic(), False
        try:
            yield
        finally:
            with self._lock:
                self._asked_at = None

    def _note_overdue(self, error: str) -> None:
        with self._lock:
            known, self._overdue = self._overdue, self._asked_at is not None
        if not known:
            self.metrics.lost()
            log.warning("camera %s is %s: %s", self.id, CameraState.LOST.value, error)

    def _publish(self, captured: Captured, rate: Rate) -> None:
        jpeg = as_jpeg(captured.picture, self._settings.jpeg_quality)
        # Each picture has a number of its own, for the broker refuses a number that it has: where only the
        # reply to a write was lost, the next picture would be taken for its repeat.
        self._seq += 1
        try:
            at = self._clock.at(captured.captured_ns)
            frame = self._frame(at, jpeg)
            self.streams.publish(frame, run=self._run_id)
        except BrokerError as error:
            # This picture gives way to the next one. That the broker is away, the desk says for all cameras.
            if isinstance(error, BrokerErrorReply):
                seldom.warning("camera %s: frame not published: %s", self.id, error, about=self.id)
            self._replaced += 1
            time.sleep(POLL_S)
            return
        self._retry_s = FIRST_RETRY_S
        self._say(CameraState.LIVE, width=jpeg.width, height=jpeg.height, fps=rate.count())
        self.metrics.published(self._replaced)

    def _note_granted(self, source: Source) -> None:
        granted = source.granted if isinstance(source, Granting) else ""
        if granted and granted != self._granted:
            log.info("camera %s is granted %s", self.id, granted)
        self._granted = granted

    def _frame(self, at: int, jpeg: JpegImage) -> Frame:
        asked = self._settings
        about = self._seq, at, jpeg.width, jpeg.height, asked.mirror, jpeg.data
        return Frame(*about, privacy=asked.privacy, labels=asked.labels)

    def _rest(self) -> None:
        """Say that it is closed; or that it cannot be opened, where that is plain without trying."""
        now = self._monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        try:
            with self._asking():
                self._kind = kind_of(self._settings.source)
        except SourceError as error:
            self._say(CameraState.LOST, error=str(error))
        else:
            self._say(CameraState.IDLE)

    def _lost(self, error: SourceError, stop: Event) -> None:
        if not self._overdue:  # else it is counted already
            self.metrics.lost()
        self._overdue = False
        self._say(CameraState.LOST, error=str(error))
        # Jitter, so that many cameras behind one switch do not all come back in the same instant.
        pause = self._retry_s * random.uniform(0.8, 1.2)  # noqa: S311  no secret hangs on it
        self._retry_s = min(2 * self._retry_s, LONGEST_RETRY_S)
        deadline = self._monotonic() + pause
        while self.demand.wanted() and self._monotonic() < deadline and not stop.wait(POLL_S):
            pass

    def _say(
        self,
        state: CameraState,
        *,
        width: int | None = None,
        height: int | None = None,
        fps: float = 0.0,
        error: str = "",
    ) -> None:
        old = self._status
        width = old.width if width is None else width
        height = old.height if height is None else height
        about = state, self._kind, width, height, fps
        new = CameraStatus(*about, error=error, replaced=self._replaced, granted=self._granted)
        with self._lock:
            self._status = new
        if (new.state, new.error) != (old.state, old.error):
            level = logging.WARNING if error else logging.INFO
            log.log(level, "camera %s is %s%s", self.id, state.value, f": {error}" if error else "")


def _reader(source: Source, camera: str) -> Reader:
    return PollingReader(source) if isinstance(source, PolledSource) else LatestReader(source, camera)


def _pause_s(source: Source) -> float:
    """Return how long a source means to take from one picture to the next; 0 where it doesn't say."""
    return 1 / max(source.fps, SLOWEST) if source.fps else 0.0


def _kind(source: str) -> str:
    try:
        return kind_of(source)
    except SourceError:
        return UNKNOWN
