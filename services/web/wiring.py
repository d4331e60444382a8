"""Makes the service from its settings: the one place where everything is joined."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from prometheus_client import REGISTRY

from services.web.access import Access
from services.web.app import Dependencies, create_app
from services.web.attempts import Attempts
from services.web.browser.camera import BrowserCamera
from services.web.browser.cameras import BrowserCameras
from services.web.directory import Directory
from services.web.floor import Floor
from services.web.history.routes import Archive
from services.web.hub import Hub
from services.web.live.vitals import Vitals
from services.web.metrics import HubCollector, Metrics
from services.web.mixture import Mixture
from services.web.reading import Source
from services.web.server import Site
from services.web.settings import WebSettings
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.commands import Commands
from shared.counters import read_account
from shared.errors import BrokerErrorReply
from shared.health import Health
from shared.history import CameraHistory
from shared.registry import Registry, Worker
from shared.service import connect, process_id, serve_metrics
from shared.streams import CameraStreams, Limits, Scripts
from shared.watching import Watching

BROWSER_FRAMES = 2
"""Kept of a browser: it has one on its way at most, and each may have 1 MiB."""


@dataclass(frozen=True, slots=True)
class Core:
    """What the service uses of `shared`."""

    broker: Broker
    clock: BrokerClock
    scripts: Scripts
    registry: Registry
    watching: Watching
    floor: Floor
    mixture: Mixture

    def results(self, camera: str) -> CameraStreams:
        """Return a camera's streams."""
        return CameraStreams(self.broker, camera, scripts=self.scripts)

    def of_browser(self, camera: str) -> CameraStreams:
        """Return the streams of a browser, to publish its frames."""
        return CameraStreams(self.broker, camera, scripts=self.scripts, limits=Limits(entries=BROWSER_FRAMES))

    def source(self, camera: str) -> Source:
        """Return where a camera's results are read."""
        return Source(
            results=self.results(camera),
            run_id=self.broker.run_id,
            clock=self.clock,
            repeat=lambda step, stop: repeat(step, self.broker, stop),
            floor=partial(self.floor.applied, camera),
        )

    def vitals(self, camera: str) -> Vitals:
        """Return a camera's numbers; none where its keys hold something else.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        try:
            return Vitals(read_account(self.broker, camera), self.watching.viewers(camera))
        except (BrokerErrorReply, ValueError):
            return Vitals()

    def refresh(self) -> Sequence[Worker]:
        """Reach the broker, keep its clock right, and see whether the workers agree; return them.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        self.broker.ping()
        self.clock.refresh()
        try:
            workers = self.registry.workers()
        except BrokerErrorReply:
            # A list of workers that is none of ours is no broker that is away.
            return ()
        self.mixture.look(workers)
        return workers


def make_site(settings: WebSettings, token: str, announce: str, *, secure: bool) -> Site:
    """Return the site that a worker serves, under HTTPS where it is `secure`; its first words are `announce`.

    Raises:
        SettingsError: the metrics' port cannot be had.
    """
    broker = connect(settings, "mien-web")
    clock, metrics = BrokerClock(broker), Metrics(REGISTRY)
    registry, watching = Registry(broker, clock), Watching(broker, clock)
    floor = Floor(settings.privacy, metrics.withheld)
    core = Core(broker, clock, Scripts(broker), registry, watching, floor, Mixture())
    health = Health()

    def refresh() -> Sequence[Worker]:
        workers = core.refresh()
        directory.renew()
        return workers

    hub = Hub(
        process_id("web"),
        watching=watching,
        status=registry.camera_status,
        source=core.source,
        vitals=core.vitals,
        refresh=refresh,
        health=health,
    )
    serve_metrics(settings, health)
    asks = Commands(broker, clock)
    directory = Directory(registry, watching, clock, core.results, hub.newest)

    def forget(camera: str) -> bool:
        directory.forget(camera)
        metrics.forget(camera)
        return hub.forget(camera)

    browsers = BrowserCameras(
        settings.browser_cameras,
        registry,
        core.of_browser,
        lambda camera, streams: BrowserCamera(camera, streams, clock),
        process_id("web"),
        forget=forget,
    )
    REGISTRY.register(HubCollector(hub.viewers, hub.accounts, browsers.number))
    access = Access(token, secure=secure)
    archive = Archive(partial(CameraHistory, broker), clock.now)
    needs = Dependencies(access, Attempts(), directory, hub, asks, metrics, health, browsers, archive)

    def ready() -> None:
        # What was imported and made stays: the collector needs not go over it again and again.
        gc.freeze()
        hub.start()
        browsers.start()
        print(announce, flush=True)

    def stop() -> None:
        browsers.close()
        hub.stop()

    return Site(create_app(needs), ready=ready, stop=stop, close=hub.close)
