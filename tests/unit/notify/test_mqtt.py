from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest
from paho.mqtt.enums import MessageState, MQTTErrorCode

from services.notify.delivery import EXPIRES_AFTER_S, Refused, Unreachable
from services.notify.events import Event, Kind
from services.notify.level import Level
from services.notify.mqtt import Connection, Mqtt, Server, refusal
from services.notify.topics import Topics

EVENT = Event(Kind.CAMERA_LOST, "door", 1)
HAPPY, SAD = Level("happy", 1, True), Level("sad", 1, True)
GOOD, BAD = (SimpleNamespace(is_failure=failure) for failure in (False, True))


@dataclass
class FakeConnection:
    """Stands for paho's client; `room` is how many more messages it takes."""

    said: list[tuple[str, Any]] = field(default_factory=list)
    more: list[Any] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    room: int = 1_000
    connected: bool = True
    dropped: int = 0
    meanwhile: Callable[[], None] | None = None

    def is_connected(self) -> bool:
        return self.connected

    def publish(self, topic: str, payload: Any, **more: Any) -> SimpleNamespace:  # noqa: ANN401  paho's
        if self.room <= 0:
            return SimpleNamespace(rc=MQTTErrorCode.MQTT_ERR_QUEUE_SIZE, mid=0)
        if self.meanwhile is not None and topic != "mien/availability":
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        self.room -= 1
        self.said.append((topic, payload))
        self.more.append(more)
        rc = MQTTErrorCode.MQTT_ERR_SUCCESS
        return SimpleNamespace(rc=rc, mid=len(self.said), wait_for_publish=lambda _s: None)

    def drop_states(self) -> None:
        self.dropped += 1

    def disconnect(self) -> None:
        self.connected = False

    def loop_stop(self) -> None: ...

    def __hash__(self) -> int:
        return id(self)


class Bench:
    """A receiver with a connection that records what it is told."""

    def __init__(self) -> None:
        self.woken = 0
        self.mqtt = Mqtt(Server("mqtt.lan", 1883), Topics("mien", "ha"), self._again)
        self.connect()

    def connect(self) -> None:
        self.line = FakeConnection()
        self.mqtt._client = self.client

    @property
    def client(self) -> Connection:
        return cast(Connection, self.line)

    def states(self) -> dict[str, str]:
        """Return what was said last on each topic of a camera's own."""
        return {topic.removeprefix("mien/"): said for topic, said in self.line.said if "/config" not in topic}

    def _again(self) -> None:
        self.woken += 1


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("services.notify.mqtt.WAIT_S", 0.01)
    return Bench()


@pytest.mark.parametrize("packet", [b"\x01\x02", b"\x01\x02\x00", b"\x01\x02\x10\x00"])
def test_what_the_broker_has_received_is_not_refused(packet: bytes) -> None:
    assert refusal(packet) == (0x102, "")


def test_what_the_broker_forbids_is_refused_in_words_or_with_its_number() -> None:
    assert refusal(b"\x00\x07\x87") == (
        7,
        "the MQTT broker refuses it: " + "it does not allow that user to publish there",
    )
    assert refusal(b"\x00\x07\x80\x00") == (7, "the MQTT broker refuses it: reason 0x80")


def test_a_connection_notes_what_was_refused() -> None:
    client = Connection("mien-notify")
    client._in_packet["packet"] = bytearray(b"\x00\x07\x87")
    client._handle_pubrec()
    assert list(client.refused) == [7]


def test_a_connection_lets_states_go_that_did_not_arrive_before_it_and_no_event() -> None:
    client = Connection("mien-notify")
    numbers = [client.publish("mien/door", qos=qos).mid for qos in (1, 2, 1)]
    # As if another thread had said it as the line was there again.
    client._out_messages[numbers[2]].state = MessageState.MQTT_MS_WAIT_FOR_PUBACK
    client.drop_states()
    assert list(client._out_messages) == numbers[1:]


def test_an_event_that_is_refused_has_not_arrived(bench: Bench) -> None:
    with pytest.raises(Unreachable):
        bench.mqtt.send(EVENT)
    bench.line.refused[1] = "not allowed"
    bench.mqtt._published(bench.client, None, 1, GOOD, None)
    with pytest.raises(Refused, match="not allowed"):
        bench.mqtt.send(EVENT)
    assert len(bench.line.said) == 1


def test_the_word_that_an_event_has_arrived_ends_the_pause_and_it_is_sent_once(bench: Bench) -> None:
    with pytest.raises(Unreachable):
        bench.mqtt.send(EVENT)
    bench.mqtt._published(bench.client, None, 99, GOOD, None)
    assert bench.woken == 0
    bench.mqtt._published(bench.client, None, 1, GOOD, None)
    assert bench.woken == 1
    bench.mqtt.send(EVENT)
    assert len(bench.line.said) == 1


def test_an_event_is_of_no_use_to_who_comes_later_than_it_would_have_waited_here(bench: Bench) -> None:
    with pytest.raises(Unreachable):
        bench.mqtt.send(EVENT)
    assert bench.line.more[0]["properties"].MessageExpiryInterval == EXPIRES_AFTER_S


def test_a_state_that_the_broker_forbids_is_said(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.mqtt._published(bench.client, None, 1, GOOD, None)
    assert caplog.messages == []
    bench.mqtt._published(bench.client, None, 2, BAD, None)
    assert "the MQTT broker at mqtt.lan:1883 refuses a state" in caplog.text


def test_a_state_for_which_there_was_no_room_goes_with_the_next(bench: Bench) -> None:
    bench.mqtt.show("door", HAPPY)
    bench.line.room = 0
    bench.mqtt.show("door", SAD)
    assert bench.states()["door/expression"] == "happy"
    bench.line.room = 1_000
    bench.mqtt.show("yard", HAPPY)
    assert bench.states()["door/expression"] == "sad"
    said = len(bench.line.said)
    bench.mqtt.show("yard", HAPPY)
    assert len(bench.line.said) == said


def test_a_camera_that_was_taken_away_is_emptied_once(bench: Bench) -> None:
    bench.mqtt.show("door", HAPPY)
    bench.mqtt.show("yard", HAPPY)
    bench.line.said.clear()
    bench.mqtt.remove("door")
    assert bench.states() == dict.fromkeys(("door/expression", "door/faces", "door/connectivity"), "")
    assert len(bench.line.said) == 6
    bench.mqtt.remove("door")
    assert len(bench.line.said) == 6


def test_with_the_lead_goes_what_was_shown_but_not_what_was_taken_away(bench: Bench) -> None:
    bench.mqtt.show("door", HAPPY)
    bench.mqtt.show("yard", HAPPY)
    bench.mqtt.remove("door")
    bench.mqtt.lead(False)
    bench.connect()
    bench.mqtt._connected(bench.client, None, None, GOOD, None)
    assert bench.states() == {
        "availability": "online",
        **dict.fromkeys(("door/expression", "door/faces", "door/connectivity"), ""),
    }


def change(bench: Bench, do: Callable[[], None]) -> Thread:
    """Let another thread do something as soon as the next state is said, for as long as it can."""
    thread = Thread(target=do, daemon=True)

    def meanwhile() -> None:
        thread.start()
        thread.join(0.2)

    bench.line.meanwhile = meanwhile
    return thread


@pytest.mark.parametrize("removed", [False, True])
def test_what_changes_while_everything_is_said_again_is_said_last(bench: Bench, removed: bool) -> None:
    bench.mqtt.show("door", HAPPY)
    bench.connect()
    other = change(bench, lambda: bench.mqtt.remove("door") if removed else bench.mqtt.show("door", SAD))
    bench.mqtt._connected(bench.client, None, None, GOOD, None)
    other.join(10)
    assert bench.states()["door/expression"] == ("" if removed else "sad")


def test_what_did_not_arrive_before_the_line_broke_is_not_sent_behind_what_is_said_now(bench: Bench) -> None:
    bench.mqtt.show("door", HAPPY)
    bench.mqtt._connected(bench.client, None, None, GOOD, None)
    assert bench.line.dropped == 1


def test_what_is_cleared_leaves_nothing_behind(bench: Bench) -> None:
    bench.mqtt._connected(bench.client, None, None, GOOD, None)
    bench.mqtt.show("door", HAPPY)
    bench.mqtt.show("yard", HAPPY)
    line = bench.line
    bench.mqtt.clear()
    bench.mqtt.close()
    kept = dict(line.said)
    assert len(kept) == 13
    assert set(kept.values()) == {""}
    assert line.said[-1] == ("mien/availability", "")
