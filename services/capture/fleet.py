"""The cameras of this process, each with a thread of its own; they come, change and go while it runs."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from services.capture import metrics
from services.capture.camera import Camera, Opener, open_camera
from services.capture.settings import CameraSettings
from services.capture.sources import Source, device_of, masked
from shared.errors import SourceError

log = logging.getLogger(__name__)

LETS_GO_WITHIN_S = 2.0
"""So long a camera that is to end may take to close its source; one stuck in its driver is left behind."""

LAST_WORDS_S = 1.5
"""How long stopping waits for cameras to close; one stuck in its driver ends with the process."""


@dataclass(eq=False, slots=True)
class Running:
    """A camera and its thread.

    Attributes:
        settings: what it was made of.
        camera: itself.
        place: what it opens, whatever it is called: the device file of a webcam, else its source.
        stop: ends it.
        thread: runs it.
        stopped_at: when it was told to end, by `time.monotonic`.
    """

    settings: CameraSettings
    camera: Camera
    place: str
    stop: Event = field(default_factory=Event)
    thread: Thread = field(default_factory=Thread)
    stopped_at: float = float("inf")

    @property
    def holds_source(self) -> bool:
        """Whether its source may still be open."""
        return self.thread.is_alive() or self.camera.holds_source

    def end(self) -> None:
        """Tell it to end; it is not waited for."""
        self.stopped_at = time.monotonic()
        self.stop.set()
        self.camera.metrics.end()
        self.camera.demand.wake()

    def wait(self, until: float) -> None:
        """Wait for its end until a time of `time.monotonic`."""
        self.thread.join(max(0.0, until - time.monotonic()))


class Fleet:
    """All cameras; what one does, or a driver does to it, is no other's concern.

    Args:
        make: makes a camera, with what opens its source.
        opener: opens a camera's source.
    """

    def __init__(
        self, make: Callable[[CameraSettings, Opener], Camera], opener: Opener = open_camera
    ) -> None:
        self._make = make
        self._opener = opener
        self._lock = Lock()
        self._running: dict[str, Running] = {}
        self._ended: list[Running] = []
        self._removed: dict[str, Running] = {}

    @property
    def cameras(self) -> list[Camera]:
        """Return the cameras that there are."""
        with self._lock:
            return [running.camera for running in self._running.values()]

    def ids(self) -> list[str]:
        """Return their ids."""
        return [camera.id for camera in self.cameras]

    def apply(self, wanted: Sequence[CameraSettings]) -> None:
        """Let there be these cameras: start, end and restart those that differ; leave all others alone."""
        with self._lock:
            self._ended = [running for running in self._ended if running.holds_source]
            for camera in self._running.keys() - {settings.id for settings in wanted}:
                self._removed[camera] = self._end(camera)
                log.info("camera %s: removed", camera)
            for settings in wanted:
                self._start_if_new(settings)

    def removed(self) -> list[Camera]:
        """Return the cameras that were removed and have ended, or had the time to: their keys may go."""
        now = time.monotonic()
        with self._lock:
            return [
                running.camera
                for running in self._removed.values()
                if not running.holds_source or now - running.stopped_at > LETS_GO_WITHIN_S
            ]

    def unforgotten(self) -> list[Camera]:
        """Return all cameras that were removed and not forgotten, whether they have ended or not."""
        with self._lock:
            return [running.camera for running in self._removed.values()]

    def forget(self, camera: Camera) -> None:
        """Forget a camera that was removed, and take it out of the metrics."""
        with self._lock:
            removed = self._removed.get(camera.id)
            if removed is None or removed.camera is not camera:
                return  # It came back under its id meanwhile, and may be removed again.
            del self._removed[camera.id]
            if camera.id not in self._running:
                metrics.remove(camera.id)

    def end(self) -> None:
        """End all, and wait a while for them."""
        with self._lock:
            for running in self._running.values():
                running.end()
            running_now = list(self._running.values())
        _wait_for(running_now, LAST_WORDS_S)

    def _start_if_new(self, settings: CameraSettings) -> None:
        now = self._running.get(settings.id)
        if now is not None and now.settings == settings:
            return
        if now is not None:
            self._end(settings.id)
        self._removed.pop(settings.id, None)
        log.info("camera %s: source %s%s", settings.id, masked(settings.source), " (changed)" if now else "")
        self._start(settings)

    def _start(self, settings: CameraSettings) -> None:
        camera = self._make(settings, lambda _: self._open(running))
        running = Running(settings, camera, _place(settings))
        running.thread = Thread(target=self._run, args=(running,), name=f"camera {settings.id}", daemon=True)
        try:
            running.thread.start()
        except RuntimeError as error:
            # Not noted as running: the next edit tries it again, and the other cameras start.
            log.error("camera %s: not started: %s", settings.id, error)
            return
        self._running[settings.id] = running

    def _end(self, camera: str) -> Running:
        running = self._running.pop(camera)
        running.end()
        self._ended.append(running)
        return running

    def _run(self, running: Running) -> None:
        """Run a camera, once those before it under its id or on its source have ended."""
        _wait_for(self._before(running), LETS_GO_WITHIN_S)
        running.camera.run(running.stop)

    def _before(self, running: Running) -> list[Running]:
        with self._lock:
            return [
                ended
                for ended in self._ended
                if ended is not running
                and (ended.camera.id == running.camera.id or ended.place == running.place)
            ]

    def _open(self, running: Running) -> Source:
        running.place = _place(running.settings)  # A webcam plugged in again may be another device file.
        for ended in self._before(running):
            # Most devices can be opened once only, and two threads in one driver can end the process.
            if ended.place == running.place and ended.holds_source:
                raise SourceError(
                    f"camera {running.camera.id}: stuck in its driver; it is opened again once that lets go"
                )
        return self._opener(running.settings)


def _place(settings: CameraSettings) -> str:
    return device_of(settings.source) or settings.source


def _wait_for(ending: Iterable[Running], within_s: float) -> None:
    until = time.monotonic() + within_s
    for running in ending:
        running.wait(until)
