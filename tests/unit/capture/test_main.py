from pathlib import Path
from threading import Event

import pytest

from services.capture.__main__ import build_fleet, cameras_of, serve
from services.capture.settings import CaptureSettings
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import CameraState
from shared.errors import SettingsError
from shared.health import Health

NOWHERE = "unix:///nowhere/broker.sock"


def settings(**environ: str) -> CaptureSettings:
    return CaptureSettings.load(environ)


@pytest.mark.parametrize(
    ("source", "mode", "wanted"),
    [
        *((source, "auto", False) for source in ("0", "demo:", "test:", "rtsp://host/live", "/absent.mp4")),
        ("test:", "on-demand", False),
        ("test:", "always", True),
    ],
)
def test_whatever_its_source_a_camera_is_opened_on_demand_unless_it_is_asked_for_always(
    source: str, mode: str, wanted: bool
) -> None:
    broker = Broker(NOWHERE)
    fleet = build_fleet(broker, BrokerClock(broker))
    fleet.apply(settings(MIEN_SOURCE=source, MIEN_MODE=mode).camera_list())
    (camera,) = fleet.cameras
    assert camera.demand.wanted() is wanted
    fleet.end()


def test_cameras_are_those_of_the_file_where_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cameras.yaml"
    path.write_text("cameras:\n  door:\n    source: 0\n")
    assert [camera.id for camera in cameras_of(settings(MIEN_CAMERAS_FILE=str(path)))] == ["door"]
    assert [camera.id for camera in cameras_of(settings(MIEN_CAMERAS="hall=0"))] == ["hall"]


def test_a_file_that_is_wrong_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "cameras.yaml"
    path.write_text("cameras:\n  door:\n    sorce: 0\n")
    with pytest.raises(SettingsError, match=r"cameras\.yaml:3: camera 'door': unknown key 'sorce'"):
        cameras_of(settings(MIEN_CAMERAS_FILE=str(path)))


def test_serving_ends_when_it_is_told_even_without_a_broker() -> None:
    stop = Event()
    stop.set()
    broker = Broker(NOWHERE)
    fleet = build_fleet(broker, BrokerClock(broker))
    fleet.apply(settings(MIEN_CAMERAS="door=test: hall=/absent.mp4").camera_list())
    serve(fleet, broker, BrokerClock(broker), Health(), stop)
    assert all(camera.status.state is not CameraState.LIVE for camera in fleet.cameras)
