"""What capture does beside its pictures, for all cameras: demand, heartbeats, sweeping."""

import time
from collections.abc import Callable, Sequence
from threading import Event

from services.capture.camera import Camera
from shared.clock import BrokerClock
from shared.errors import BrokerError
from shared.health import Health
from shared.registry import HEARTBEAT_EVERY_S, Registry
from shared.watching import Watching

POLL_S = 0.2
"""How soon capture notices the first viewer; a camera is to show its first frame within a second."""


class Desk:
    """One round after the other over all cameras.

    It runs apart from their threads, so that one that hangs in a driver still has a status.
    """

    def __init__(
        self,
        name: str,
        cameras: Sequence[Camera],
        *,
        registry: Registry,
        watching: Watching,
        clock: BrokerClock,
        health: Health,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._cameras = cameras
        self._registry = registry
        self._watching = watching
        self._clock = clock
        self._health = health
        self._monotonic = monotonic
        self._beat_at = float("-inf")
        self._states: dict[str, object] = {}

    def round(self, stop: Event) -> None:
        """Do one round, and wait a moment.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        try:
            self._round()
        except BrokerError:
            self._health.beat(ready=False)
            for camera in self._cameras:
                camera.demand.unknown()
            raise
        self._health.beat(ready=True)
        stop.wait(POLL_S)

    def goodbye(self) -> None:
        """Write the last status of every camera.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        for camera in self._cameras:
            self._registry.camera_is_here(camera.id, camera.status)

    def _round(self) -> None:
        beat = self._monotonic() - self._beat_at >= HEARTBEAT_EVERY_S
        if beat:
            self._clock.refresh()
            self._beat_at = self._monotonic()
        for camera in self._cameras:
            camera.demand.viewers(self._watching.viewers(camera.id))
            status = camera.status
            news = (status.state, status.error)
            if beat or self._states.get(camera.id) != news:
                self._registry.camera_is_here(camera.id, status)
                self._states[camera.id] = news
            if beat:
                # Workers sweep as well; this covers the time when there is none.
                camera.streams.sweep(self._name)
