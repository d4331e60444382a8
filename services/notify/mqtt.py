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
from paho.mqtt.enums import CallbackAPIVersion, MessageState, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from services.notify.delivery import EXPIRES_AFTER_S, Refused, Unreachable
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

FAILURE = 0x80
REFUSALS = {
    0x83: "it cannot take it",
    0x87: "it does not allow that user to publish there",
    0x90: "it does not like the topic",
    0x97: "it has no room for it",
    0x99: "it does not like the payload",
}
"""Why an event is refused (MQTT 5, 3.5.2.1), all from `FAILURE` on."""

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


class Connection(Client):
    """paho's client, which also notes what was refused as it was received, and can let old states go.

    Attributes:
        refused: why, by the number of the message.
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5)
        self.refused: dict[int, str] = {}

    def _handle_pubrec(self) -> MQTTErrorCode:
        number, why = refusal(bytes(self._in_packet["packet"]))
        if why:
            self.refused[number] = why
        return super()._handle_pubrec()

    def drop_states(self) -> None:
        """Drop the states that did not arrive before the line broke: they would be sent behind newer ones.

        What another thread has sent since then, and the events, stay.
        """
        with self._out_message_mutex:
            for number, message in list(self._out_messages.items()):
                if message.qos == AT_LEAST_ONCE and message.state == MessageState.MQTT_MS_PUBLISH:
                    del self._out_messages[number]


def refusal(pubrec: bytes) -> tuple[int, str]:
    """Return the number in a PUBREC, and why that message is refused; empty where it is not."""
    number, reason = pubrec[:2], int.from_bytes(pubrec[2:3])  # it is left out where it is success
    why = REFUSALS.get(reason, f"reason {reason:#x}") if reason >= FAILURE else ""
    return int.from_bytes(number), why and f"the MQTT broker refuses it: {why}"


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that is under way: by which connection, and with which number of it."""

    event: str
    client: Connection
    number: int


class Mqtt:
    """A connection to an MQTT broker, held while this replica leads.

    Args:
        server: where it is.
        topics: their names.
        again: called when the broker is there, or there again, or has taken an event.
    """

    def __init__(self, server: Server, topics: Topics, again: Callable[[], None]) -> None:
        self._server = server
        self._topics = topics
        self._again = again
        self._seldom = Seldom(log)
        self._away = False
        # Held until what was noted is said, so that the broker keeps the newest, whichever thread says it.
        # (paho has a thread of its own, so to publish is only to put messages into a queue.)
        self._saying = Lock()
        self._turning = Lock()
        self._last_word = OFFLINE
        self._states: dict[str, str] = {}
        self._unsaid: set[str] = set()
        self._sent: Sent | None = None
        self._arrived: dict[tuple[Client, int], None] = {}
        self._any_arrived = Flag()
        self._client: Connection | None = None

    def lead(self, leads: bool) -> None:
        """Connect, or say goodbye and hang up."""
        with self._turning:
            if leads and self._client is None:
                # Here before it is connected, so that no other one is taken for it.
                self._client = self._made()
                place = self._server.host, self._server.port
                self._client.connect_async(*place, keepalive=KEEPALIVE_S, properties=_session())
                self._client.loop_start()
            elif self._client is not None and not leads:
                client, self._client = self._client, None
                _hang_up(client, self._topics.availability, self._last_word)
                self._forget()

    def show(self, camera: str, level: Level) -> None:
        """Show how a camera is now; what did not change is not sent again."""
        new = {**self._topics.configurations(camera), **self._topics.states(camera, level)}
        with self._saying:
            changed = {topic: state for topic, state in new.items() if self._states.get(topic) != state}
            self._states |= changed
            unsaid = {topic: self._states[topic] for topic in self._unsaid}
            self._unsaid = set()
            self._keep({**unsaid, **changed})

    def remove(self, camera: str) -> None:
        """Take a camera that is no more away, from Home Assistant too."""
        own = f"{self._topics.root}/{camera}/"
        configurations = self._topics.configurations(camera)
        self._empty(lambda topic: topic in configurations or topic.startswith(own))

    def clear(self) -> None:
        """Take everything away, before the last word: nobody will show anything under these topics again."""
        self._empty(lambda _topic: True)
        self._last_word = ""

    def send(self, event: Event) -> None:
        """Deliver an event; one that is under way already is waited for, and not sent again.

        Raises:
            Unreachable: it has not arrived yet.
            Refused: the broker does not take it.
        """
        sent = self._sent
        if sent is None or sent.event != event.id or sent.client is not self._client:
            sent = self._sent = self._publish(event)
        deadline = time.monotonic() + WAIT_S
        while (sent.client, sent.number) not in self._arrived:
            self._any_arrived.clear()
            if time.monotonic() > deadline:
                raise Unreachable("the MQTT broker does not answer")
            if (sent.client, sent.number) not in self._arrived:
                self._any_arrived.wait(WAIT_S)
        if why := sent.client.refused.pop(sent.number, ""):
            raise Refused(why)

    def close(self) -> None:
        """Hang up for good."""
        self.lead(False)

    def _publish(self, event: Event) -> Sent:
        client = self._client
        if client is None or not client.is_connected():
            raise Unreachable(f"the MQTT broker at {self._place()} is not reached")
        topic = self._topics.events(event.camera)
        info = client.publish(topic, body(event), qos=ONCE, properties=_expiry())
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise Unreachable("the MQTT broker does not answer")
        return Sent(event.id, client, info.mid)

    def _made(self) -> Connection:
        # The same for each replica: the broker hangs up on a leader that was succeeded, and says its last
        # word before the next one speaks.
        client = Connection(f"{self._topics.root.replace('/', '-')}-notify")
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
        ours = self._client
        if ours is None or client is not ours:
            return  # It connected as it was to hang up.
        if reason.is_failure:
            self._say_away(f"refuses: {reason}")
            return
        self._away = False
        log.info("connected to the MQTT broker at %s", self._place())
        ours.drop_states()
        with self._saying:
            self._keep({self._topics.availability: ONLINE, **self._states})
        self._again()

    def _not_connected(self, _client: Client, _data: object) -> None:
        self._say_away("is not reached")

    def _disconnected(
        self, client: Client, _data: object, _flags: object, reason: object, _more: object
    ) -> None:
        if client is self._client:
            self._say_away(f"is away: {reason}")

    def _say_away(self, how: str) -> None:
        if not self._away:
            log.warning("the MQTT broker at %s %s; trying again", self._place(), how)
        self._away = True

    def _published(self, client: Client, _data: object, number: int, reason: Any, _more: object) -> None:  # noqa: ANN401  paho's
        if reason.is_failure:
            self._seldom.warning("the MQTT broker at %s refuses a state: %s", self._place(), reason)
        # Only here, so by one thread at a time, is it written.
        self._arrived[client, number] = None
        if len(self._arrived) > MOST_ARRIVED:
            self._arrived.pop(next(iter(self._arrived)))
        self._any_arrived.set()
        sent = self._sent
        if sent is not None and (sent.client, sent.number) == (client, number):
            self._again()

    def _empty(self, which: Callable[[str], bool]) -> None:
        with self._saying:
            # What is empty is not kept by the broker; it is said again if the broker is away now.
            removed = {topic: "" for topic, state in self._states.items() if state and which(topic)}
            self._states |= removed
            self._keep(removed)

    def _keep(self, states: dict[str, str]) -> None:
        """Say states, which the broker keeps; `_saying` is held."""
        client = self._client
        if client is None or not client.is_connected():
            return  # All of them are said when it is.
        unsaid = set()
        for topic, state in states.items():
            said = client.publish(topic, state, qos=AT_LEAST_ONCE, retain=True)
            if said.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                unsaid.add(topic)
        # They go with the next that changes.
        self._unsaid |= unsaid & self._states.keys()

    def _forget(self) -> None:
        """Forget what was shown, for another may show something else; but not what was taken away."""
        with self._saying:
            self._states = {topic: state for topic, state in self._states.items() if not state}
            self._unsaid &= self._states.keys()

    def _place(self) -> str:
        return f"{self._server.host}:{self._server.port}"


def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no type
    properties.SessionExpiryInterval = SESSION_S
    return properties


def _expiry() -> Properties:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho has no type
    properties.MessageExpiryInterval = int(EXPIRES_AFTER_S)
    return properties


def _hang_up(client: Client, availability: str, last_word: str) -> None:
    if client.is_connected():
        # A goodbye sends no last will.
        last = client.publish(availability, last_word, qos=AT_LEAST_ONCE, retain=True)
        with suppress(RuntimeError, ValueError):
            last.wait_for_publish(GOODBYE_S)
    client.disconnect()
    # It may be about to connect, and nobody is to wait for that.
    Thread(target=client.loop_stop, name="mqtt-end", daemon=True).start()
