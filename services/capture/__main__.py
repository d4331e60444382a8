"""`python -m services.capture`: every camera of the settings, or of the file that they name."""

import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from secrets import token_hex
from threading import Event, Thread

from prometheus_client import REGISTRY

from services.capture import metrics
from services.capture.accounts import FrameAccounts
from services.capture.camera import Camera, Opener
from services.capture.configuration import read_cameras
from services.capture.demand import Demand
from services.capture.desk import Desk
from services.capture.fleet import Fleet
from services.capture.settings import CameraSettings, CaptureSettings, Mode
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.counters import read_account
from shared.errors import BrokerError
from shared.health import Health
from shared.registry import Registry
from shared.service import connect, process_id, run, serve_metrics, stop_event
from shared.streams import CameraStreams, Scripts
from shared.watched_file import Edits, WatchedFile
from shared.watching import Watching

log = logging.getLogger(__name__)


def build_fleet(broker: Broker, clock: BrokerClock) -> Fleet:
    """Return a fleet without cameras yet."""
    scripts = Scripts(broker)

    def make(camera: CameraSettings, opener: Opener) -> Camera:
        return Camera(
            camera,
            streams=CameraStreams(broker, camera.id, scripts=scripts),
            clock=clock,
            demand=Demand(always=camera.mode is Mode.ALWAYS),
            # A camera that is changed begins another run: nobody goes on being followed.
            run_id=token_hex(8),
            opener=opener,
        )

    return Fleet(make)


def main(settings: CaptureSettings) -> None:
    """Serve every camera until SIGTERM or SIGINT.

    Raises:
        SettingsError: the cameras are named wrongly.
    """
    file = WatchedFile(settings.cameras_file) if settings.cameras_file else None
    cameras = cameras_of(settings)
    stop = stop_event()
    health = Health()
    serve_metrics(settings, health)
    broker = connect(settings, "mien-capture")
    clock = BrokerClock(broker)
    fleet = build_fleet(broker, clock)
    REGISTRY.register(FrameAccounts(fleet.ids, partial(read_account, broker)))
    if not broker.wait(stop, health):
        return
    fleet.apply(cameras)
    if file is not None:
        watch = Edits(
            file,
            partial(cameras_of, settings),
            fleet.apply,
            in_use=metrics.CONFIGURED.set,
            otherwise="the cameras stay as they were",
        )
        Thread(target=watch.run, args=(stop,), name="cameras' file", daemon=True).start()
    serve(fleet, broker, clock, health, stop)


def cameras_of(settings: CaptureSettings) -> Sequence[CameraSettings]:
    """Return the cameras that the settings, or the file that they name, name now.

    Raises:
        SettingsError: they are named wrongly.
    """
    if settings.cameras_file is None:
        return settings.camera_list()
    return read_cameras(settings.cameras_file, settings)


def serve(fleet: Fleet, broker: Broker, clock: BrokerClock, health: Health, stop: Event) -> None:
    """Run the desk over the cameras until `stop` is set."""
    desk = Desk(
        process_id("capture"),
        fleet,
        registry=Registry(broker, clock),
        watching=Watching(broker, clock),
        clock=clock,
        health=health,
    )
    try:
        repeat(lambda: desk.round(stop), broker, stop, health)
    finally:
        stop.set()
        fleet.end()
        with suppress(BrokerError):
            desk.goodbye()


if __name__ == "__main__":
    sys.exit(run("capture", CaptureSettings, main))
