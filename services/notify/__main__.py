"""`python -m services.notify`: tells those that `cameras.yaml` names of changes."""

import logging
import sys
from contextlib import suppress
from functools import partial
from threading import Event, Thread

from services.notify import metrics
from services.notify.configuration import read_configuration
from services.notify.crew import Crew
from services.notify.leadership import TAKE_EVERY_S, Leadership
from services.notify.level import level_of
from services.notify.post import Post
from services.notify.settings import NotifySettings
from services.notify.watcher import Place, Watcher
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.errors import BrokerError
from shared.health import Health
from shared.keys import NOTIFIER
from shared.leading import Lead
from shared.registry import Registry
from shared.service import connect, process_id, run, serve_metrics, stop_event
from shared.streams import CameraStreams, Scripts
from shared.telling import Telling
from shared.watched_file import Edits, WatchedFile
from shared.watching import Watching

log = logging.getLogger(__name__)

WATCH_EVERY_S = 0.25
"""How often the time of the lead is looked at: an answer may be awaited for longer than the lead lasts."""


class Service:
    """Everything of one replica, wired.

    Attributes:
        leadership: whether it is the one that notifies.
        crew: what it watches.
        post: whom it tells.
    """

    def __init__(self, broker: Broker, replica: str, post: Post) -> None:
        self._broker = broker
        self._replica = replica
        self._clock = BrokerClock(broker)
        self._registry = Registry(broker, self._clock)
        self._watching = Watching(broker, self._clock)
        self._scripts = Scripts(broker)
        self.post = post
        self.leadership = Leadership(Lead(broker, NOTIFIER, replica), self.post.lead)
        self.crew = Crew(self.post, self._watcher, lambda camera: self._look(camera, 0))

    def run(self, stop: Event, health: Health) -> None:
        """Notify until `stop` is set, whenever this replica leads.

        Raises:
            BrokerRefused: the broker answers and refuses.
        """
        Thread(target=self._watch_the_time, args=(stop,), name="time of the lead", daemon=True).start()
        repeat(lambda: self.round(stop, health), self._broker, stop, health)

    def round(self, stop: Event, health: Health) -> None:
        """Take or keep the lead, and wait a moment.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        try:
            self._clock.refresh()
            self.leadership.round()
        except BrokerError:
            # The clock may be the first to find it away.
            self.leadership.lose()
            health.beat(ready=False)
            raise
        health.beat(ready=True)
        stop.wait(TAKE_EVERY_S)

    def end(self) -> None:
        """Watch no longer, deliver what can be delivered in a moment, and let another replica lead."""
        self.crew.end()
        self.post.end()
        with suppress(BrokerError):
            self.leadership.end()

    def _watch_the_time(self, stop: Event) -> None:
        while not stop.wait(WATCH_EVERY_S):
            try:
                self.leadership.lapse()
            except Exception:
                # Without this thread MQTT would be held on to through an outage.
                log.exception("the lead could not be let go")

    def _watcher(self, camera: str) -> Watcher:
        place = Place(
            results=CameraStreams(self._broker, camera, scripts=self._scripts),
            status=partial(self._registry.camera_status, camera),
            captures=lambda: bool(self._registry.cameras()),
            look=partial(self._look, camera, 1),
            telling=Telling(self._broker, camera),
            now=self._clock.now,
        )
        return Watcher(
            camera,
            place,
            term=lambda: self.leadership.term,
            tell=self.post.tell,
            show=lambda scene: self.post.show(camera, level_of(scene)),
        )

    def _look(self, camera: str, viewers: int) -> None:
        self._watching.look(camera, self._replica, viewers)


def main(settings: NotifySettings) -> None:
    """Notify until SIGTERM or SIGINT.

    Raises:
        SettingsError: the file is wrong.
    """
    # It writes addresses down, whose paths may be secrets; what is wrong, a receiver's own lines say.
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    file = WatchedFile(settings.file)
    configuration = read_configuration(settings.file)
    stop = stop_event()
    health = Health()
    serve_metrics(settings, health)
    broker = connect(settings, "mien-notify")
    service = Service(broker, process_id("notify"), Post())
    if not broker.wait(stop, health):
        return
    service.crew.apply(configuration)
    edits = Edits(
        file,
        partial(read_configuration, settings.file),
        service.crew.apply,
        in_use=metrics.CONFIGURED.set,
        otherwise="who is told of what stays as it was",
    )
    Thread(target=edits.run, args=(stop,), name="cameras' file", daemon=True).start()
    try:
        service.run(stop, health)
    finally:
        stop.set()
        service.end()


if __name__ == "__main__":
    sys.exit(run("notify", NotifySettings, main))
