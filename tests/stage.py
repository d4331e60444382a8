"""A camera whose results a test makes up: they go through the scripts of the real broker."""

from dataclasses import replace

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import Box, CameraState, CameraStatus, Face
from shared.registry import Registry
from shared.streams import CameraStreams
from tests import made


def person(track: int, expression: str = "neutral", width: int = 20) -> Face:
    """Return a face that is followed."""
    return replace(made.face(expression, box=Box(10, 12, width, width)), track=track)


class Stage:
    """A camera, live from the start; capture's and the workers' part is played by the test."""

    def __init__(self, broker: Broker, camera: str = "door") -> None:
        self.camera = camera
        self.streams = CameraStreams(broker, camera)
        self._clock = BrokerClock(broker)
        self._registry = Registry(broker, self._clock)
        self._seq = 0
        self.status(CameraState.LIVE)

    def status(self, state: CameraState, error: str = "") -> None:
        """Say how the camera is."""
        self._registry.camera_is_here(self.camera, CameraStatus(state, "test", 64, 48, error=error))

    def left(self) -> None:
        """Say no more of it."""
        self._registry.camera_left(self.camera)

    def show(self, *faces: Face) -> None:
        """Publish a frame, and the result of it."""
        self._seq += 1
        t = self._clock.now()
        self.streams.publish(made.frame(self._seq, t), run="run-1")
        taken = self.streams.take("w1")
        assert taken is not None
        assert self.streams.finish(taken.id, made.result(taken.id, self._seq, t, *faces))
