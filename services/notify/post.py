"""All receivers, each with its outbox and its courier; they come and go with the file."""

import logging
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from threading import Lock, Thread

from services.notify import metrics
from services.notify.configuration import (
    Configuration,
    Interest,
    MqttSettings,
    WebhookSettings,
    receivers_of,
)
from services.notify.delivery import Courier
from services.notify.events import Event
from services.notify.level import Level
from services.notify.mqtt import Mqtt
from services.notify.outbox import MOST, Outbox
from services.notify.topics import Topics
from services.notify.webhook import Webhook, shown

log = logging.getLogger(__name__)

LAST_WORDS_S = 1.0
"""How long ending waits for what is still to be delivered."""

Settings = WebhookSettings | MqttSettings


@dataclass(eq=False, slots=True)
class Running:
    """A receiver at work.

    Attributes:
        settings: what it was made of; what it is told of may change.
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
        # One at a time, so that no connection outlives its end and nothing old is shown after what is new.
        self._turning = Lock()
        self._running: dict[str, Running] = {}
        self._levels: dict[str, Level] = {}
        self._leads = False

    def apply(self, configuration: Configuration) -> None:
        """Tell these from now on; one that is the same as before keeps what waits for it.

        What it is told of may change meanwhile.
        """
        wanted = {one.name: one for one in receivers_of(configuration)}
        with self._turning:
            kept = {n: one for n, one in self._running.items() if _is_same(one.settings, wanted.get(n))}
            # All or none: where one cannot be made, everybody is told as before.
            new = {name: _made(one, self._most) for name, one in wanted.items() if name not in kept}
            with self._lock:
                gone = [one for name, one in self._running.items() if name not in kept]
                self._running = {**kept, **new}
            for one in gone:
                self._clear(one, wanted.get(one.settings.name))
                one.end(0.0)
            for name, one in kept.items():
                self._interest(one, wanted[name].interest)
            for one in new.values():
                one.start()
                self._greet(one)

    def lead(self, leads: bool) -> None:
        """Note whether this replica is the one that notifies."""
        with self._turning:
            self._leads = leads
            # Another may show something else meanwhile.
            self._levels.clear()
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
        """Show how a camera is now, where that has changed and this replica notifies."""
        with self._turning:
            if not self._leads or self._levels.get(camera) == level:
                return
            self._levels[camera] = level
            for mqtt in self._mqtts(camera):
                mqtt.show(camera, level)

    def remove(self, camera: str) -> None:
        """Take a camera that is no more away."""
        with self._turning:
            self._levels.pop(camera, None)
            for mqtt in self._mqtts():
                mqtt.remove(camera)

    def end(self) -> None:
        """Deliver what can be delivered in a moment, all receivers at once, and end."""
        with self._turning, self._lock:
            ending, self._running = list(self._running.values()), {}
        threads = [Thread(target=one.end, args=(LAST_WORDS_S,), daemon=True) for one in ending]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LAST_WORDS_S + 1.0)

    def _clear(self, one: Running, next_: Settings | None) -> None:
        """Take away what nobody will show there from now on."""
        if not self._leads or not isinstance(one.receiver, Mqtt):
            return
        if next_ is None or _shown_at(one.settings) != _shown_at(next_):
            one.receiver.clear()
            return
        for camera in one.settings.interest.cameras - next_.interest.cameras:
            one.receiver.remove(camera)

    def _interest(self, one: Running, interest: Interest) -> None:
        before = one.settings.interest.cameras
        one.settings = replace(one.settings, interest=interest)
        if isinstance(one.receiver, Mqtt):
            for camera in before - interest.cameras:
                one.receiver.remove(camera)
            self._show_all(one.receiver, interest.cameras - before)

    def _greet(self, one: Running) -> None:
        if isinstance(one.receiver, Mqtt):
            if self._leads:
                one.receiver.lead(True)
            self._show_all(one.receiver, one.settings.interest.cameras)

    def _show_all(self, mqtt: Mqtt, cameras: Set[str]) -> None:
        for camera in cameras & self._levels.keys():
            mqtt.show(camera, self._levels[camera])

    def _mqtts(self, camera: str | None = None) -> list[Mqtt]:
        with self._lock:
            running = list(self._running.values())
        wanted = [one for one in running if camera is None or camera in one.settings.interest.cameras]
        return [one.receiver for one in wanted if isinstance(one.receiver, Mqtt)]


def _shown_at(settings: Settings) -> tuple[str, int, Topics] | None:
    """Return where MQTT shows cameras, and under which topics; None for a webhook."""
    if not isinstance(settings, MqttSettings):
        return None
    return settings.server.host, settings.server.port, settings.topics


def _is_same(before: Settings, now: Settings | None) -> bool:
    """Return whether it is the same receiver, whatever it is told of."""
    return now is not None and replace(now, interest=before.interest) == before


def _made(settings: Settings, most: int) -> Running:
    outbox = Outbox(settings.name, most=most)
    again = Flag()
    receiver: Webhook | Mqtt
    if isinstance(settings, WebhookSettings):
        receiver = Webhook(settings.url, settings.secret.encode(), ca_file=settings.ca_file)
        log.info("%s: %s", settings.name, shown(settings.url))
    else:
        receiver = Mqtt(settings.server, settings.topics, again=again.set)
    return Running(settings, receiver, outbox, Courier(settings.name, receiver, outbox, again=again))
