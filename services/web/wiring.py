"""Makes the service from its settings: the one place where everything is joined."""

from dataclasses import dataclass

from prometheus_client import REGISTRY

from services.web.access import Access
from services.web.app import Dependencies, create_app
from services.web.attempts import Attempts
from services.web.directory import Directory
from services.web.hub import Hub
from services.web.metrics import HubCollector, Metrics
from services.web.reading import Source
from services.web.server import Site
from services.web.settings import WebSettings
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.commands import Commands
from shared.health import Health
from shared.registry import Registry
from shared.service import connect, process_id, serve_metrics
from shared.streams import CameraStreams, Scripts
from shared.watching import Watching


@dataclass(frozen=True, slots=True)
class Core:
    """What the service uses of `shared`."""

    broker: Broker
    clock: BrokerClock
    scripts: Scripts

    def results(self, camera: str) -> CameraStreams:
        """Return a camera's streams."""
        return CameraStreams(self.broker, camera, scripts=self.scripts)

    def source(self, camera: str) -> Source:
        """Return where a camera's results are read."""
        return Source(
            results=self.results(camera),
            run_id=self.broker.run_id,
            clock=self.clock,
            repeat=lambda step, stop: repeat(step, self.broker, stop),
        )

    def refresh(self) -> None:
        """Reach the broker, and keep its clock right.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        self.broker.ping()
        self.clock.refresh()


def make_site(settings: WebSettings, token: str, announce: str) -> Site:
    """Return the site that a worker serves; its first words are `announce`.

    Raises:
        SettingsError: the metrics' port cannot be had.
    """
    broker = connect(settings, "mien-web")
    core = Core(broker, BrokerClock(broker), Scripts(broker))
    registry, watching = Registry(broker, core.clock), Watching(broker, core.clock)
    health = Health()
    hub = Hub(
        process_id("web"),
        watching=watching,
        status=registry.camera_status,
        source=core.source,
        refresh=core.refresh,
        health=health,
    )
    REGISTRY.register(HubCollector(hub.viewers, hub.accounts))
    serve_metrics(settings, health)
    asks = Commands(broker, core.clock)
    directory = Directory(registry, watching, core.clock, core.results)
    needs = Dependencies(Access(token), Attempts(), directory, hub, asks, Metrics(REGISTRY), health)

    def ready() -> None:
        hub.start()
        print(announce, flush=True)

    return Site(create_app(needs), ready=ready, stop=hub.stop, close=hub.close)
