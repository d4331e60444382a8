"""What capture does beside its pictures, for all cameras: demand, heartbeats, sweeping."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Protocol

from services.capture.camera import Camera
from shared.clock import BrokerClock
from shared.entities import CameraState
from shared.errors import BrokerError, BrokerErrorReply
from shared.health import Health
from shared.logs import Seldom
from shared.registry import HEARTBEAT_EVERY_S, Registry
from shared.watching import Watching

seldom = Seldom(logging.getLogger(__name__))

POLL_S = 0.2
"""How soon capture notices the first viewer; a camera is to show its first frame within a second."""

SWEPT_FOR_S = 30.0
"""So long after a camera was closed its frames are looked after: they are gone after 10 s."""

NUMBERS_KEPT_S = 3600
"""For so long the broker keeps the counters of a camera that was removed."""

OPEN = (CameraState.OPENING, CameraState.LIVE)


class Cameras(Protocol):
    """The cameras of this process, of which some come and go."""

    @property
    def cameras(self) -> Sequence[Camera]:
        """Return those that there are."""

    def removed(self) -> Sequence[Camera]:
        """Return those that are no more and have not been forgotten yet."""

    def unforgotten(self) -> Sequence[Camera]:
        """Return all that are no more and have not been forgotten, also those that have not ended yet."""

    def forget(self, camera: Camera) -> None:
        """Forget one that is no more."""


class Desk:
    """One round after the other over all cameras.

    It runs apart from their threads, so that one that hangs in a driver still has a status.
    """

    def __init__(
        self,
        name: str,
        fleet: Cameras,
        *,
        registry: Registry,
        watching: Watching,
        clock: BrokerClock,
        health: Health,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._fleet = fleet
        self._registry = registry
        self._watching = watching
        self._clock = clock
        self._health = health
        self._monotonic = monotonic
        self._beat_at = float("-inf")
        self._states: dict[str, object] = {}
        self._open_at: dict[str, float] = {}

    def round(self, stop: Event) -> None:
        """Do one round, and wait a moment.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        try:
            self._round()
        except BrokerErrorReply:
            self._health.beat(ready=False)
            raise
        except BrokerError:
            self._health.beat(ready=False)
            for camera in self._fleet.cameras:
                camera.demand.unknown()
            raise
        self._health.beat(ready=True)
        stop.wait(POLL_S)

    def goodbye(self) -> None:
        """Take every camera off the list.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        for camera in [*self._fleet.unforgotten(), *self._fleet.cameras]:
            self._registry.camera_left(camera.id)

    def _round(self) -> None:
        beat = self._monotonic() - self._beat_at >= HEARTBEAT_EVERY_S
        if beat:
            self._clock.refresh()
            self._beat_at = self._monotonic()
        for camera in self._fleet.removed():
            self._remove(camera)
        cameras = self._fleet.cameras
        self._ask_for_viewers(cameras)
        unwritten = [error for camera in cameras if (error := self._tend(camera, beat=beat))]
        if unwritten and len(unwritten) == len(cameras):
            raise unwritten[0]  # It lies with the broker, not with a camera's keys.

    def _remove(self, camera: Camera) -> None:
        _answered(camera, partial(self._registry.camera_left, camera.id))
        _answered(camera, camera.streams.forget)
        # What was waiting or in work is counted as lost, now that it is gone.
        _answered(camera, partial(camera.streams.sweep, self._name))
        _answered(camera, partial(camera.streams.expire_numbers, NUMBERS_KEPT_S))
        self._states.pop(camera.id, None)
        self._open_at.pop(camera.id, None)
        self._fleet.forget(camera)

    def _tend(self, camera: Camera, *, beat: bool) -> BrokerErrorReply | None:
        """Do what one camera needs; return the error with which the broker answered to its status.

        One camera's bad key must stop neither the other cameras nor what its other keys are for.
        """
        unwritten = _answered(camera, partial(self._write_status, camera, beat=beat))
        if beat and self._may_hold_frames(camera):
            # Workers sweep as well; this covers the time when there is none.
            _answered(camera, partial(camera.streams.sweep, self._name))
        return unwritten

    def _may_hold_frames(self, camera: Camera) -> bool:
        now = self._monotonic()
        if camera.id not in self._open_at or camera.status.state in OPEN:
            self._open_at[camera.id] = now
        return now - self._open_at[camera.id] <= SWEPT_FOR_S

    def _ask_for_viewers(self, cameras: Sequence[Camera]) -> None:
        # Of all at once: this is most of what capture does while nobody looks.
        answers = self._watching.viewers_of([camera.id for camera in cameras]) if cameras else []
        for camera, answer in zip(cameras, answers, strict=True):
            if isinstance(answer, BrokerErrorReply):
                _say(camera, answer)
                camera.demand.unknown()
            else:
                camera.demand.viewers(answer)

    def _write_status(self, camera: Camera, *, beat: bool) -> None:
        if camera.id not in self._states:
            camera.streams.keep_numbers()  # It may have been removed before, by another run of capture too.
        status = camera.status
        news = (status.state, status.error)
        if beat or self._states.get(camera.id) != news:
            self._registry.camera_is_here(camera.id, status)
            self._states[camera.id] = news


def _answered(camera: Camera, ask: Callable[[], object]) -> BrokerErrorReply | None:
    try:
        ask()
    except BrokerErrorReply as error:
        _say(camera, error)
        return error
    return None


def _say(camera: Camera, error: BrokerErrorReply) -> None:
    seldom.warning("camera %s: %s", camera.id, error, about=camera.id)
