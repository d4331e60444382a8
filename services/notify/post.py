"""All receivers, each with its outbox and its courier; they come and go with the file."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Lock, Thread

from services.notify import metrics
from services.notify.configuration import Configuration, MqttSettings, WebhookSettings, receivers_of
from services.notify.delivery import Courier
from services.notify.events import Event
from services.notify.level import Level
from services.notify.mqtt import Mqtt
from services.notify.outbox import MOST, Outbox
from services.notify.webhook import Webhook, shown

log = logging.getLogger(__name__)

LAST_WORDS_S = 1.0
"""How long ending waits for what is still to be delivered."""

Settings = WebhookSettings | MqttSettings


@dataclass(eq=False, slots=True)
class Running:
    """A receiver at work.

    Attributes:
        settings: what it was made of.
        receiver: who is told.
        outbox: what waits.
        courier: delivers it.
        stop: ends the courier.
    """

    settings: Settings
    receiver: Webhook | Mqtt
    outbox: Outbox
    courier: Courier
    stop: Flag = field(default_factory=Flag)

    def start(self) -> None:
        """Begin to deliver."""
        name = f"courier-{self.settings.name}"
        Thread(target=self.courier.run, args=(self.stop,), name=name, daemon=True).start()

    def end(self, within_s: float) -> None:
        """Deliver what can be delivered in time; what is left is counted, and said."""
        self.outbox.emptied(within_s)
        self.stop.set()
        self.courier.wake()
        lost = self.outbox.close()
        if lost:
            log.warning("%s: %d events were not delivered", self.settings.name, lost)
        self.receiver.close()
        metrics.forget(self.settings.name)


class Post:
    """Hands events and levels to whoever is told of them.

    Args:
        most: events that wait for one receiver at most.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._running: dict[str, Running] = {}
        self._levels: dict[str, Level] = {}
        self._leads = False

    def apply(self, configuration: Configuration) -> None:
        """Tell these from now on; one that stays as it was keeps what waits for it."""
        wanted = {one.name: one for one in receivers_of(configuration)}
        with self._lock:
            kept = {name: one for name, one in self._running.items() if wanted.get(name) == one.settings}
            gone = [one for name, one in self._running.items() if name not in kept]
        for one in gone:
            one.end(0.0)
        new = {name: _made(settings, self._most) for name, settings in wanted.items() if name not in kept}
        with self._lock:
            self._running = {**kept, **new}
        for one in new.values():
            one.start()
            self._greet(one)

    def lead(self, leads: bool) -> None:
        """Note whether this replica is the one that notifies."""
        self._leads = leads
        for mqtt in self._mqtts():
            mqtt.lead(leads)

    def tell(self, events: Sequence[Event]) -> None:
        """Put events into the outboxes of those who are told of them. Waits for nobody."""
        with self._lock:
            running = list(self._running.values())
        for event in events:
            metrics.EVENTS.labels(event.camera, event.kind.value).inc()
            for one in running:
                interest = one.settings.interest
                if event.camera in interest.cameras and event.kind in interest.kinds:
                    one.outbox.put(event)

    def show(self, camera: str, level: Level) -> None:
        """Show how a camera is now, where that has changed."""
        with self._lock:
            changed = self._levels.get(camera) != level
            self._levels[camera] = level
        if changed:
            for mqtt in self._mqtts(camera):
                mqtt.show(camera, level)

    def remove(self, camera: str) -> None:
        """Take a camera that is no more away."""
        with self._lock:
            self._levels.pop(camera, None)
        for mqtt in self._mqtts():
            mqtt.remove(camera)

    def end(self) -> None:
        """Deliver what can be delivered in a moment, all receivers at once, and end."""
        with self._lock:
            ending, self._running = list(self._running.values()), {}
        threads = [Thread(target=one.end, args=(LAST_WORDS_S,), daemon=True) for one in ending]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LAST_WORDS_S + 1.0)

    def _greet(self, one: Running) -> None:
        if isinstance(one.receiver, Mqtt):
            if self._leads:
                one.receiver.lead(True)
            for camera, level in self._shown().items():
                if camera in one.settings.interest.cameras:
                    one.receiver.show(camera, level)

    def _shown(self) -> Mapping[str, Level]:
        with self._lock:
            return dict(self._levels)

    def _mqtts(self, camera: str | None = None) -> list[Mqtt]:
        with self._lock:
            running = list(self._running.values())
        wanted = [one for one in running if camera is None or camera in one.settings.interest.cameras]
        return [one.receiver for one in wanted if isinstance(one.receiver, Mqtt)]


def _made(settings: Settings, most: int) -> Running:
    outbox = Outbox(settings.name, most=most)
    again = Flag()
    receiver: Webhook | Mqtt
    if isinstance(settings, WebhookSettings):
        receiver = Webhook(settings.url, settings.secret.encode(), ca_file=settings.ca_file)
        log.info("%s: %s", settings.name, shown(settings.url))
    else:
        receiver = Mqtt(settings.server, settings.topics, on_line=again.set)
    return Running(settings, receiver, outbox, Courier(settings.name, receiver, outbox, again=again))
