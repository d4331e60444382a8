"""`python -m services.capture`: every camera of the settings."""

import logging
import sys
from contextlib import suppress
from functools import partial
from secrets import token_hex
from threading import Event, Thread

from prometheus_client import REGISTRY

from services.capture.accounts import FrameAccounts
from services.capture.camera import Camera
from services.capture.demand import Demand
from services.capture.desk import Desk
from services.capture.settings import CameraSettings, CaptureSettings, Mode
from services.capture.sources import kind_of, masked
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.counters import read_account
from shared.errors import BrokerError, SourceError
from shared.health import Health
from shared.registry import Registry
from shared.service import connect, process_id, run, serve_metrics, stop_event
from shared.streams import CameraStreams, Scripts
from shared.watching import Watching

log = logging.getLogger(__name__)

LAST_WORDS_S = 1.5
"""How long stopping waits for cameras to close; one stuck in its driver ends with the process."""


def always_open(camera: CameraSettings) -> bool:
    """Return whether a camera is open even when nobody looks."""
    if camera.mode is not Mode.AUTO:
        return camera.mode is Mode.ALWAYS
    try:
        return kind_of(camera.source) != "webcam"
    except SourceError:
        return True  # It cannot be opened, and its status is to say why before anybody looks.


def build_cameras(settings: CaptureSettings, broker: Broker, clock: BrokerClock) -> list[Camera]:
    """Wire the cameras together; nothing is opened yet."""
    scripts = Scripts(broker)
    run_id = token_hex(8)
    return [
        Camera(
            camera,
            streams=CameraStreams(broker, camera.id, scripts=scripts),
            clock=clock,
            demand=Demand(always=always_open(camera)),
            run_id=run_id,
        )
        for camera in settings.camera_list()
    ]


def main(settings: CaptureSettings) -> None:
    """Serve every camera until SIGTERM or SIGINT."""
    for camera in settings.camera_list():
        log.info("camera %s: source %s", camera.id, masked(camera.source))
    stop = stop_event()
    health = Health()
    serve_metrics(settings, health)
    broker = connect(settings, "mien-capture")
    cameras = [camera.id for camera in settings.camera_list()]
    REGISTRY.register(FrameAccounts(cameras, partial(read_account, broker)))
    if broker.wait(stop, health):
        serve(settings, broker, health, stop)


def serve(settings: CaptureSettings, broker: Broker, health: Health, stop: Event) -> None:
    """Run the cameras' threads and the desk until `stop` is set."""
    clock = BrokerClock(broker)
    cameras = build_cameras(settings, broker, clock)
    threads = [
        Thread(target=camera.run, args=(stop,), name=f"camera {camera.id}", daemon=True) for camera in cameras
    ]
    for thread in threads:
        thread.start()
    desk = Desk(
        process_id("capture"),
        cameras,
        registry=Registry(broker, clock),
        watching=Watching(broker, clock),
        clock=clock,
        health=health,
    )
    try:
        repeat(lambda: desk.round(stop), broker, stop, health)
    finally:
        stop.set()
        for thread in threads:
            thread.join(LAST_WORDS_S / len(threads))
        with suppress(BrokerError):
            desk.goodbye()


if __name__ == "__main__":
    sys.exit(run("capture", CaptureSettings, main))
