"""A camera among fakes, for the tests of what it does."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from queue import Queue
from threading import Event, Thread
from typing import Any

import numpy as np
from prometheus_client import REGISTRY

from services.capture.camera import Camera
from services.capture.demand import Demand
from services.capture.picture import BgrImage
from services.capture.settings import CameraSettings, CaptureSettings
from services.capture.sources import Source
from shared.entities import CameraState
from shared.errors import SourceError
from tests.fakes import FakeClock, FakeStreams, Ticker

PATIENCE_S = 10.0
LOST = SourceError("source fake: unplugged")


def picture(level: int = 100) -> BgrImage:
    return np.full((48, 64, 3), level, np.uint8)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"camera": "cam1"}) or 0.0


class Openings:
    """Opens the given sources in turn; the last one again and again."""

    def __init__(self, *outcomes: Source | Exception) -> None:
        self._outcomes = list(outcomes)
        self.number = 0

    def __call__(self, _settings: CameraSettings) -> Source:
        self.number += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Bench:
    """A camera among fakes."""

    def __init__(
        self,
        *outcomes: Source | Exception,
        always: bool = True,
        ticker: Ticker | None = None,
        asking: Mapping[str, Any] | None = None,
        openings: Openings | None = None,
        **environ: str,
    ) -> None:
        self.openings = openings or Openings(*outcomes)
        self.streams = FakeStreams("cam1")
        self.clock = FakeClock()
        self.linger = Ticker()
        settings = CaptureSettings.load({"MIEN_SOURCE": "test:", **environ})
        self.camera = Camera(
            replace(settings.camera_list()[0], **(asking or {})),
            streams=self.streams,
            clock=self.clock,
            demand=Demand(always=always, monotonic=self.linger),
            run_id="run",
            opener=self.openings,
            monotonic=ticker or time.monotonic,
        )

    @contextmanager
    def running(self) -> Iterator[Thread]:
        stop = Event()
        thread = Thread(target=self.camera.run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield thread
            assert thread.is_alive()
        finally:
            stop.set()
            self.camera.demand.wake()
            thread.join(PATIENCE_S)
        assert not thread.is_alive()

    def state(self) -> CameraState:
        return self.camera.status.state

    def until_frames(self, number: int) -> None:
        until(lambda: len(self.streams.frames) == number)

    def until_state(self, state: CameraState) -> None:
        until(lambda: self.state() is state)


class Fed:
    """A source that gives the pictures that a test feeds it; a None loses it."""

    fps: float | None = None

    def __init__(self) -> None:
        self.pictures: Queue[BgrImage | None] = Queue()

    def read(self) -> BgrImage:
        fed = self.pictures.get(timeout=PATIENCE_S)
        if fed is None:
            raise LOST
        return fed

    def close(self) -> None:
        pass
