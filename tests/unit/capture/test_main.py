from threading import Event

import pytest

from services.capture.__main__ import always_open, build_cameras, serve
from services.capture.settings import CameraSettings, CaptureSettings
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import CameraState
from shared.health import Health

NOWHERE = "unix:///nowhere/broker.sock"


def settings(**environ: str) -> CaptureSettings:
    return CaptureSettings.load(environ)


def camera(source: str, mode: str = "auto") -> CameraSettings:
    return settings(MIEN_SOURCE=source, MIEN_MODE=mode).camera_list()[0]


@pytest.mark.parametrize(
    ("source", "mode", "always"),
    [
        ("0", "auto", False),
        ("/dev/video0", "auto", False),
        ("demo:", "auto", True),
        ("test:", "auto", True),
        ("rtsp://host/live", "auto", True),
        ("/absent.mp4", "auto", True),
        ("0", "always", True),
        ("demo:", "on-demand", False),
    ],
)
def test_webcams_are_opened_on_demand_and_every_other_source_at_once(
    source: str, mode: str, always: bool
) -> None:
    assert always_open(camera(source, mode)) is always


def test_every_camera_of_the_settings_is_built_and_none_is_opened() -> None:
    broker = Broker(NOWHERE)
    cameras = build_cameras(settings(MIEN_CAMERAS="door=0 hall=test:"), broker, BrokerClock(broker))
    assert [camera.id for camera in cameras] == ["door", "hall"]
    assert [camera.status.state for camera in cameras] == [CameraState.IDLE] * 2
    assert [camera.status.source for camera in cameras] == ["webcam", "test"]
    assert [camera.demand.wanted() for camera in cameras] == [False, True]


def test_serving_ends_when_it_is_told_even_without_a_broker() -> None:
    stop = Event()
    stop.set()
    serve(settings(MIEN_CAMERAS="door=test: hall=/absent.mp4"), Broker(NOWHERE), Health(), stop)
    assert stop.is_set()
