"""A video that is read by its own process, done and collected, at a broker that is not always there."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import cv2
import numpy as np
import pytest

from services.analysis.ordering import Done
from services.local.analyze.deployment import Deployment
from services.local.analyze.recording import Job, record
from services.local.supervisor import Supervisor
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.errors import BrokerError
from shared.recorded import RecordedResult
from shared.recordings import RecordingStreams
from shared.registry import Registry
from tests.brokers import connected

FRAMES = 40
PAUSE_MS = 1_500
IMPATIENT_S = 0.2


class Results:
    """Knows which frames have a result; at the first of them something happens."""

    def __init__(self, then: Callable[[], object]) -> None:
        self._done = Done(every=1)
        self._then = then

    @property
    def count(self) -> int:
        return self._done.count

    @property
    def next(self) -> int:
        return self._done.next

    def append(self, results: Sequence[RecordedResult]) -> None:
        began = self.count
        for result in results:
            self._done.add(result.index)
        if began == 0 < self.count:
            self._then()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (64, 48))
    for step in range(FRAMES):
        writer.write(np.full((48, 64, 3), 5 * step, np.uint8))
    writer.release()
    return path


@contextmanager
def worker(server: str) -> Iterator[list[str]]:
    """Do the frames of all recordings in a thread; give the recordings that there were."""
    stop, seen = Event(), list[str]()

    def work() -> None:
        broker = connected(server)
        registry = Registry(broker, BrokerClock(broker))
        while not stop.wait(0.01):
            try:
                for recording in registry.recordings():
                    seen.append(recording)
                    streams = RecordingStreams(broker, recording)
                    while (taken := streams.take("w1")) is not None:
                        streams.deliver(taken, b"{}")
            except BrokerError:
                continue
        broker.close()

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def impatient(server: str) -> Iterator[Broker]:
    """A connection that takes a broker for gone that does not answer at once."""
    broker = Broker(server)
    broker.redis.connection_pool.connection_kwargs["socket_timeout"] = IMPATIENT_S
    yield broker
    broker.close()


def test_a_broker_that_is_away_for_a_moment_goes_on_with_the_same_recording(
    broker: Broker, server: str, impatient: Broker, clip: Path
) -> None:
    said: list[str] = []
    results = Results(lambda: broker.redis.client_pause(PAUSE_MS, all=True))
    environ = {**os.environ, "MIEN_REDIS_URL": server}
    deployment = Deployment(impatient, environ, Supervisor([]), 0)
    with worker(server) as recordings:
        read = record(Job(clip, 1, results, lambda: None, said.append), deployment)
    assert (read.frames, read.ended_early, results.count) == (FRAMES, "", FRAMES)
    assert [line for line in said if line.endswith("it is back")]
    assert len(set(recordings)) == 1
    assert broker.redis.keys("mien:{rec-*") == []
