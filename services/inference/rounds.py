"""What a worker does beside its frames, at its times: heartbeat, the lists of what to serve, sweeping."""

import logging
import socket
import time
from collections.abc import Callable, Mapping

from services.inference import metrics
from services.inference.recorded_rota import RecordingRota
from services.inference.rota import Rota
from services.inference.series import CameraSeries
from shared.clock import BrokerClock
from shared.entities import Cause, Privacy
from shared.errors import BrokerErrorReply
from shared.health import Health
from shared.logs import Seldom
from shared.registry import HEARTBEAT_EVERY_S, Registry
from shared.streams import CameraStreams

seldom = Seldom(logging.getLogger(__name__))

SWEEP_EVERY_S = 0.25
"""Often, so that a dead worker's frames are given up within 1.25 s."""


class Rounds:
    """The rounds of one worker.

    Attributes:
        published: results published since the last heartbeat, those of recordings too.
    """

    def __init__(
        self,
        worker: str,
        *,
        rota: Rota,
        recordings: RecordingRota,
        registry: Registry,
        clock: BrokerClock,
        health: Health,
        privacy: Privacy,
        depends_on: Mapping[str, str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.published = 0
        self._worker = worker
        self._rota = rota
        self._recordings = recordings
        self._registry = registry
        self._clock = clock
        self._health = health
        self._privacy = privacy
        self._depends_on = depends_on or {}
        self._monotonic = monotonic
        self._series = CameraSeries(metrics.remove)
        self._beat_at = float("-inf")
        self._swept_at = float("-inf")

    def count(self) -> None:
        """Count a result."""
        self.published += 1

    def due(self) -> None:
        """Do what is due.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        now = self._monotonic()
        if now - self._beat_at >= HEARTBEAT_EVERY_S:
            self._beat(now)
        if now - self._swept_at >= SWEEP_EVERY_S:
            self._sweep(now)

    def _beat(self, now: float) -> None:
        self._health.beat(ready=False)
        self._clock.refresh()
        fps = self.published / max(HEARTBEAT_EVERY_S, now - self._beat_at)
        self._registry.worker_is_here(
            self._worker,
            host=socket.gethostname(),
            fps=fps,
            privacy=self._privacy,
            depends_on=self._depends_on,
        )
        # Before it changes: one that came and went by a wake-up alone has series, too.
        self._series.seen([streams.camera for streams in self._rota.streams], now)
        self._rota.set_cameras(self._registry.cameras())
        self._recordings.set_recordings(self._registry.recordings())
        self._beat_at, self.published = now, 0
        self._health.beat(ready=True)

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for streams in self._rota.streams:
            try:
                self._sweep_camera(streams)
            except BrokerErrorReply as error:
                # One camera's bad key must not stop the others.
                seldom.warning("camera %s cannot be swept: %s", streams.camera, error, about=streams.camera)

    def _sweep_camera(self, streams: CameraStreams) -> None:
        swept = streams.sweep(self._worker)
        for cause, n in ((Cause.ABANDONED, swept.abandoned), (Cause.STALE, swept.stale)):
            if n:
                line = f"camera %s: %d frames {cause.value}"
                seldom.warning(line, streams.camera, n, about=streams.camera)
