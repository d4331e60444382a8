"""A receiver over MQTT 5: each event once, and how each camera is now, for whoever comes later too."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from services.notify.delivery import Unreachable
from services.notify.events import Event, body
from services.notify.level import Level
from services.notify.topics import OFFLINE, ONLINE, Topics
from shared.logs import Seldom

log = logging.getLogger(__name__)

KEEPALIVE_S = 10
"""A broker that is silent for half as long again is away, and says `offline` for us as late."""

FIRST_RETRY_S, LAST_RETRY_S = 1, 8

SESSION_S = 120
"""So long the broker remembers what was under way as the line broke: it arrives once all the same."""

WAIT_S = 1.0
"""How long one look at whether an event has arrived takes; nothing is sent again after it."""

GOODBYE_S = 0.5

MOST_ARRIVED = 256
"""Numbers of messages that are remembered as arrived; they are given again after 65,535."""

MOST_IN_HAND = 1_000
"""States that wait in the library while a line is broken and nobody has noticed yet."""

ONCE, AT_LEAST_ONCE = 2, 1
"""MQTT's qualities of service: an event must not come twice; a state may."""


@dataclass(frozen=True, slots=True)
class Server:
    """The MQTT broker.

    Attributes:
        host: its name or address.
        port: its port.
        username: who we are; None where it asks nobody.
        password: of that user; None where it has none.
        tls: whether to encrypt.
        ca_file: authorities to trust instead of the system's.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: Path | None = None


class Mqtt:
    """A connection to an MQTT broker, held while this replica leads.

    Args:
        server: where it is.
        topics: their names.
        on_line: called when the broker is there, or there again.
    """

    def __init__(self, server: Server, topics: Topics, on_line: Callable[[], None]) -> None:
        self._server = server
        self._topics = topics
        self._on_line = on_line
        self._seldom = Seldom(log)
        self._lock = Lock()
        self._states: dict[str, str] = {}
        self._sent: tuple[str, int] | None = None
        self._arrived: dict[int, None] = {}
        self._any_arrived = Flag()
        self._client: Client | None = None

    def lead(self, leads: bool) -> None:
        """Connect, or say goodbye and hang up."""
        client, self._client = self._client, None
        if leads:
            self._sent = None
            self._client = client or self._started()
        elif client is not None:
            _hang_up(client, self._topics.availability)

    def show(self, camera: str, level: Level) -> None:
        """Show how a camera is now; what did not change is not sent again."""
        new = {**self._topics.configurations(camera), **self._topics.states(camera, level)}
        with self._lock:
            changed = {topic: state for topic, state in new.items() if self._states.get(topic) != state}
            self._states |= changed
        self._keep(changed)

    def remove(self, camera: str) -> None:
        """Take a camera that is no more away, from Home Assistant too."""
        own = f"{self._topics.root}/{camera}/"
        configurations = self._topics.configurations(camera)
        with self._lock:
            gone = [one for one in self._states if one in configurations or one.startswith(own)]
            for topic in gone:
                del self._states[topic]
        self._keep(dict.fromkeys(gone, ""))

    def send(self, event: Event) -> None:
        """Deliver an event; one that is under way already is waited for, and not sent again.

        Raises:
            Unreachable: it has not arrived yet.
        """
        if self._sent is None or self._sent[0] != event.id:
            self._sent = event.id, self._publish(event)
        deadline = time.monotonic() + WAIT_S
        while self._sent[1] not in self._arrived:
            self._any_arrived.clear()
            if time.monotonic() > deadline:
                raise Unreachable("the MQTT broker does not answer")
            if self._sent[1] not in self._arrived:
                self._any_arrived.wait(WAIT_S)
        self._sent = None

    def close(self) -> None:
        """Hang up for good."""
        self.lead(False)

    def _publish(self, event: Event) -> int:
        client = self._client
        if client is None or not client.is_connected():
            raise Unreachable(f"the MQTT broker at {self._place()} is not reached")
        info = client.publish(self._topics.events(event.camera), body(event), qos=ONCE)
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise Unreachable("the MQTT broker does not answer")
        return info.mid

    def _started(self) -> Client:
        client = self._made()
        client.connect_async(
            self._server.host, self._server.port, keepalive=KEEPALIVE_S, properties=_session()
        )
        client.loop_start()
        return client

    def _made(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            # The same for each replica: the broker hangs up on a leader that was succeeded, and says its last
            # word before the next one speaks.
            client_id=f"{self._topics.root.replace('/', '-')}-notify",
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        if self._server.username is not None:
            client.username_pw_set(self._server.username, self._server.password)
        if self._server.tls:
            client.tls_set(ca_certs=str(self._server.ca_file) if self._server.ca_file else None)
        client.will_set(self._topics.availability, OFFLINE, qos=AT_LEAST_ONCE, retain=True)
        client.reconnect_delay_set(FIRST_RETRY_S, LAST_RETRY_S)
        client.max_queued_messages_set(MOST_IN_HAND)
        client.on_connect = self._connected
        client.on_connect_fail = self._not_connected
        client.on_disconnect = self._disconnected
        client.on_publish = self._published
        return client

    def _connected(self, client: Client, _data: object, _flags: object, reason: Any, _more: object) -> None:  # noqa: ANN401  paho's
        if reason.is_failure:
            self._seldom.warning("the MQTT broker at %s refuses: %s", self._place(), reason)
            return
        log.info("connected to the MQTT broker at %s", self._place())
        self._client = client  # it may be here before `lead` has returned
        self._keep({self._topics.availability: ONLINE})
        with self._lock:
            states = dict(self._states)
        self._keep(states)
        self._on_line()

    def _not_connected(self, _client: Client, _data: object) -> None:
        self._seldom.warning("the MQTT broker at %s is not reached", self._place())

    def _disconnected(
        self, client: Client, _data: object, _flags: object, reason: object, _more: object
    ) -> None:
        if client is self._client:
            log.warning("the MQTT broker at %s is away: %s", self._place(), reason)

    def _published(self, _client: Client, _data: object, number: int, _reason: object, _more: object) -> None:
        # Only here, so by one thread, is it written.
        self._arrived[number] = None
        if len(self._arrived) > MOST_ARRIVED:
            self._arrived.pop(next(iter(self._arrived)))
        self._any_arrived.set()

    def _keep(self, states: dict[str, str]) -> None:
        client = self._client
        if client is None or not client.is_connected():
            return  # All of them are said when it is.
        for topic, state in states.items():
            client.publish(topic, state, qos=AT_LEAST_ONCE, retain=True)

    def _place(self) -> str:
        return f"{self._server.host}:{self._server.port}"


def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no type
    properties.SessionExpiryInterval = SESSION_S
    return properties


def _hang_up(client: Client, availability: str) -> None:
    if client.is_connected():
        # A goodbye sends no last will.
        last = client.publish(availability, OFFLINE, qos=AT_LEAST_ONCE, retain=True)
        with suppress(RuntimeError, ValueError):
            last.wait_for_publish(GOODBYE_S)
    client.disconnect()
    # It may be about to connect, and nobody is to wait for that.
    Thread(target=client.loop_stop, name="mqtt-end", daemon=True).start()
