"""Fakes that stand where the broker, the clock, a camera's streams or a model would."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any, cast

import numpy as np

from services.capture.picture import BgrImage
from services.inference.association import overlap
from services.inference.crop import Crops
from services.inference.detection import Detection
from services.inference.pictures import FrameViews
from services.inference.processor import Scores
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import TakenFrame
from shared.entities import Box, CameraStatus, Cause, Frame, Privacy, Result
from shared.entries import Fields
from shared.errors import BrokerErrorReply, BrokerUnreachable, SourceError
from shared.keys import CameraKeys
from shared.recordings import RecordingStreams
from shared.registry import Registry
from shared.streams import CameraStreams, NewTracks, StoredTracks, Swept, Taken
from shared.watching import Watching

AWAY = BrokerUnreachable("broker redis://fake cannot be reached")
WRONG_TYPE = BrokerErrorReply("broker redis://fake answers with an error: WRONGTYPE")


class Ticker:
    """A clock of seconds that moves when it is told, or by `step` whenever it is read."""

    def __init__(self, now: float = 100.0, step: float = 0.0) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> float:
        """Return the time."""
        self.now += self.step
        return self.now


class Waits(Event):
    """An event that records waits instead of waiting; set after `most` of them."""

    def __init__(self, most: int = 1_000, then: Callable[[float], None] | None = None) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._most = most
        self._then = then

    def wait(self, timeout: float | None = None) -> bool:
        """Note the wait; call what was to happen meanwhile."""
        self.waits.append(timeout or 0.0)
        if self._then is not None:
            self._then(timeout or 0.0)
        if len(self.waits) >= self._most:
            self.set()
        return self.is_set()


class FakePubSub:
    """Hands out the given cameras' wake-ups, all at once."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.timeouts: list[float] = []
        self.subscribed: list[str] = []
        self.closed = False
        self.error: Exception | None = None

    def subscribe(self, channel: str) -> None:
        """Note it."""
        self.subscribed.append(channel)

    def get_message(self, timeout: float) -> dict[str, bytes] | None:
        """Return the next message."""
        if self.error is not None:
            raise self.error
        self.timeouts.append(timeout)
        return {"data": self.messages.pop(0)} if self.messages else None

    def close(self) -> None:
        """Note it."""
        self.closed = True


class FakeRedis:
    """Answers commands with what it was given: a value, an error, a function, or a list of these in turn."""

    def __init__(self, **answers: object) -> None:
        self._answers = answers
        self.calls: list[str] = []

    def answer(self, command: str, answer: object) -> None:
        """Change what a command answers."""
        self._answers[command] = answer

    def __getattr__(self, command: str) -> Callable[..., Any]:
        """Return a command."""

        def call(*args: object, **kwargs: object) -> object:
            self.calls.append(command)
            answer = self._answers[command]
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer(*args, **kwargs) if callable(answer) else answer

        return call


class FakeBroker(Broker):
    """A broker around a fake client."""

    def __init__(self, redis: FakeRedis | None = None) -> None:
        self.address = "redis://fake"
        self.redis = cast(Any, redis or FakeRedis(ping=True, pubsub=FakePubSub()))


class FakeClock(BrokerClock):
    """The broker's clock, standing still; `error` is raised instead of an answer."""

    def __init__(self, ns: int = 1_700_000_001_000_000_000) -> None:
        self.ns = ns
        self.asked = 0
        self.refreshed = 0
        self.error: Exception | None = None

    def now(self) -> int:
        """Return the time."""
        return self.at(0)

    def at(self, monotonic_ns: int) -> int:
        """Return the time, whatever the moment."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.ns

    def refresh(self) -> None:
        """Count it."""
        self.refreshed += 1


class FakeStreams(CameraStreams):
    """One camera's streams in memory; `error` is raised by the next calls until it is None again."""

    def __init__(self, camera: str = "cam1", *waiting: Taken) -> None:
        self.camera = camera
        self.keys = CameraKeys(camera)
        self.queued = list(waiting)
        self.frames: list[Frame] = []
        self.results: list[Result] = []
        self.dropped: list[tuple[str, Cause]] = []
        self.sweepers: list[str] = []
        self.forgotten = False
        self.numbers_for_s: int | None = None
        self.swept = Swept(0, 0)
        self.given_up: set[str] = set()
        self.stored = StoredTracks()
        self.written: list[NewTracks] = []
        self.done: list[Fields] = []
        self.others: list[NewTracks] = []
        self.error: Exception | None = None
        self.published = Event()
        self.tried = 0

    def publish(self, frame: Frame, *, run: str) -> str:
        """Keep a frame."""
        self.tried += 1
        with self._errors():
            self.frames.append(frame)
            self.published.set()
            return f"{len(self.frames)}-0"

    def take(self, worker: str, *, age_budget_ms: int = 0) -> Taken | None:
        """Give the newest and forget the others."""
        with self._errors():
            newest = self.queued[-1] if self.queued else None
            self.queued.clear()
            return newest

    def follow(self, version: int, new: NewTracks, done: Fields | None = None) -> StoredTracks | None:
        """Keep the tracks if they are still those of `version`; just before, another worker writes."""
        with self._errors():
            if self.others:
                self._write(self.others.pop(0))
            if version != self.stored.version:
                return self.stored
            self._write(new)
            self.written.append(new)
            self.done.append(done or {})
            return None

    def _write(self, new: NewTracks) -> None:
        self.stored = StoredTracks(self.stored.version + 1, new.data, new.next_id)

    def finish(self, frame_id: str, result: Result) -> int:
        """Keep a result, unless its frame was given up."""
        with self._errors():
            if frame_id in self.given_up:
                return 0
            self.results.append(result)
            return len(self.results)

    def drop(self, frame_id: str, cause: Cause) -> bool:
        """Keep the cause, unless the frame was given up."""
        with self._errors():
            if frame_id in self.given_up:
                return False
            self.dropped.append((frame_id, cause))
            return True

    def forget(self) -> None:
        """Note it."""
        with self._errors():
            self.forgotten = True

    def expire_numbers(self, after_s: int) -> None:
        """Note it."""
        with self._errors():
            self.numbers_for_s = after_s

    def keep_numbers(self) -> None:
        """Note it."""
        with self._errors():
            self.numbers_for_s = None

    def sweep(self, sweeper: str) -> Swept:
        """Say what was given up."""
        with self._errors():
            self.sweepers.append(sweeper)
            return self.swept

    @contextmanager
    def _errors(self) -> Iterator[None]:
        if self.error is not None:
            raise self.error
        yield


class FakeRecordingStreams(RecordingStreams):
    """One recording's streams in memory, as a worker sees them; `error` is raised by the next calls."""

    def __init__(self, recording: str = "rec1", *waiting: TakenFrame) -> None:
        self.recording = recording
        self.keys = CameraKeys(recording)
        self.waiting = list(waiting)
        self.delivered: list[tuple[str, bytes]] = []
        self.refused: list[tuple[str, Cause]] = []
        self.takers: list[str] = []
        self.held: list[str] = []
        self.finished: set[str] = set()
        self.error: Exception | None = None

    def take(self, worker: str) -> TakenFrame | None:
        """Give the oldest."""
        if self.error is not None:
            raise self.error
        self.takers.append(worker)
        return self.waiting.pop(0) if self.waiting else None

    def hold(self, taken: TakenFrame) -> bool:
        """Note it."""
        self.held.append(taken.id)
        if self.error is not None:
            raise self.error
        return taken.id not in self.finished

    def deliver(self, taken: TakenFrame, observation: bytes) -> bool:
        """Keep an observation, unless its frame was finished by another worker."""
        if self.error is not None:
            raise self.error
        if taken.id in self.finished:
            return False
        self.delivered.append((taken.id, observation))
        return True

    def refuse(self, taken: TakenFrame, failure: Cause) -> bool:
        """Keep the cause, unless the frame was finished by another worker."""
        if taken.id in self.finished:
            return False
        self.refused.append((taken.id, failure))
        return True


class FakeRegistry(Registry):
    """The lists of cameras, recordings and workers in memory."""

    def __init__(self, *cameras: str) -> None:
        self.known = list(cameras)
        self.recorded: list[str] = []
        self.statuses: list[tuple[str, CameraStatus]] = []
        self.beats: list[tuple[str, float]] = []
        self.privacies: list[Privacy] = []
        self.left: list[str] = []
        self.error: Exception | None = None
        self.bad_cameras: dict[str, Exception] = {}

    def cameras(self) -> list[str]:
        """Return the cameras."""
        return list(self.known)

    def recordings(self) -> list[str]:
        """Return the recordings."""
        return list(self.recorded)

    def camera_is_here(self, camera: str, status: CameraStatus) -> None:
        """Keep a status."""
        if self.error is not None:
            raise self.error
        if camera in self.bad_cameras:
            raise self.bad_cameras[camera]
        self.statuses.append((camera, status))

    def camera_left(self, camera: str) -> None:
        """Note it."""
        if self.error is not None:
            raise self.error
        self.left.append(camera)

    def worker_is_here(
        self,
        worker: str,
        *,
        host: str,
        fps: float,
        privacy: Privacy,
        depends_on: Mapping[str, str] | None = None,
    ) -> None:
        """Keep a heartbeat."""
        if self.error is not None:
            raise self.error
        self.beats.append((worker, fps))
        self.privacies.append(privacy)


class FakeWatching(Watching):
    """Viewers by camera, in memory."""

    def __init__(self, **viewers: int) -> None:
        self.numbers = viewers
        self.error: Exception | None = None
        self.bad_cameras: dict[str, BrokerErrorReply] = {}

    def viewers(self, camera: str) -> int:
        """Return the viewers of a camera."""
        if self.error is not None:
            raise self.error
        if camera in self.bad_cameras:
            raise self.bad_cameras[camera]
        return self.numbers.get(camera, 0)

    def viewers_of(self, cameras: Sequence[str]) -> list[int | BrokerErrorReply]:
        """Return the viewers of several."""
        return [self.bad_cameras.get(camera) or self.viewers(camera) for camera in cameras]


class FakeDetector:
    """Finds faces at `boxes` and heads turned away at `away`; keeps where it was asked to look."""

    def __init__(self, *boxes: Box) -> None:
        self.boxes = boxes
        self.away: tuple[Box, ...] = ()
        self.glanced: tuple[Box, ...] = ()
        self.searches = 0
        self.glances = 0
        self.glanced_at: list[FrameViews] = []
        self.turned: list[tuple[Box, ...]] = []
        self.near: list[tuple[Box, ...]] = []

    def search(self, frame: FrameViews) -> list[Detection]:
        """Return the detections."""
        self.searches += 1
        return [Detection(box, 1.0) for box in self.boxes]

    def glance(self, frame: FrameViews) -> list[Detection]:
        """Return the detections at `glanced`."""
        self.glances += 1
        self.glanced_at.append(frame)
        return [Detection(box, 1.0) for box in self.glanced]

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box, the nearest that shares a part with it."""
        self.near.append(tuple(boxes))
        return [_at(_nearest(box, self.boxes)) for box in boxes]

    def search_turned(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box, the nearest of the heads turned away that shares a part with it."""
        self.turned.append(tuple(boxes))
        return [_at(_nearest(box, self.away), turned=True) for box in boxes]


def _nearest(expected: Box, boxes: Sequence[Box]) -> Box | None:
    best = max(boxes, key=lambda box: overlap(box, expected), default=None)
    return best if best is not None and overlap(best, expected) > 0 else None


def _at(box: Box | None, *, turned: bool = False) -> Detection | None:
    return None if box is None else Detection(box, 1.0, turned=turned)


class FakeClassifier:
    """Gives every crop the same scores and keeps the crops that it saw."""

    def __init__(self, *scores: float) -> None:
        self._scores = scores or (0.0, 0.0, 0.0, 0.75, 0.0, 0.0, 0.25)
        self.batches: list[Crops] = []

    def classify(self, crops: Crops) -> Scores:
        """Return the scores."""
        self.batches.append(crops)
        return np.tile(np.array(self._scores, np.float32), (len(crops), 1))


class FakeSource:
    """Gives its pictures, one whenever it is asked; then raises `then`, or gives nothing until `release`."""

    fps: float | None = None

    def __init__(self, *pictures: BgrImage, then: Exception | None = None) -> None:
        self._pictures = list(pictures)
        self._then = then
        self.release = Event()
        self.closed = Event()

    def read(self) -> BgrImage:
        """Return the next picture."""
        if self._pictures:
            return self._pictures.pop(0)
        if self._then is not None:
            raise self._then
        self.release.wait(10)
        raise SourceError("source fake: released")

    def close(self) -> None:
        """Note it."""
        self.closed.set()
