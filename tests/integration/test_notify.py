"""The service that notifies, at real brokers, with a real Mosquitto and a real receiver of webhooks."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
from prometheus_client import REGISTRY

from services.notify import backoff, mqtt, outbox, scene
from services.notify.__main__ import Service
from services.notify.configuration import read_configuration
from services.notify.level import Level
from services.notify.post import Post
from services.notify.signature import signature
from services.notify.topics import Topics
from shared.broker import Broker
from shared.entities import CameraState
from shared.health import Health
from shared.keys import NOTIFIER
from shared.leading import LASTS_MS
from shared.watching import Watching
from tests.brokers import connected
from tests.e2e.processes import eventually
from tests.http_receiver import HttpReceiver, Request
from tests.mosquitto import PASSWORD, USER, Listener, Mosquitto
from tests.stage import Stage, person

SECRET = "sixteen-characters"


class Replica:
    """One replica of the service, in threads of this process."""

    def __init__(self, url: str, path: Path, name: str, most: int) -> None:
        self.broker = connected(url)
        self.service = Service(self.broker, name, Post(most=most))
        self._stop = Event()
        self.service.crew.apply(read_configuration(path))
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def leads(self) -> bool:
        return self.service.leadership.term is not None

    def pause(self) -> None:
        """Take the lead no longer, and notice nothing: as one that is suspended does."""
        self._stop.set()
        self._thread.join()
        # Its clock stands still, too.
        self.service.leadership._clock = lambda: 0.0

    def end(self) -> None:
        self._stop.set()
        self._thread.join()
        self.service.end()
        self.broker.close()

    def _run(self) -> None:
        self.service.run(self._stop, Health())


def _connected(receiver: mqtt.Mqtt) -> bool:
    return receiver._client is not None and receiver._client.is_connected()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cameras.yaml"


@pytest.fixture
def stage(broker: Broker) -> Stage:
    return Stage(broker)


@pytest.fixture
def start(server: str, broker: Broker, path: Path) -> Iterator[Callable[..., Replica]]:
    """Start a replica with the part `notify` that is given."""
    with ExitStack() as stack:

        def begin(*lines: str, name: str = "one", most: int = outbox.MOST) -> Replica:
            if lines:
                path.write_text("\n".join(["cameras: {door: {source: 'test:'}}", "notify:", *lines]))
            replica = Replica(server, path, name, most)
            stack.callback(replica.end)
            return replica

        yield begin


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what takes seconds."""
    monkeypatch.setattr(scene, "LEFT_AFTER_S", 0.3)
    monkeypatch.setattr(scene, "CAPTURE_SILENT_S", 0.3)
    monkeypatch.setattr(backoff, "FIRST_S", 0.05)
    monkeypatch.setattr(backoff, "LONGEST_S", 0.2)
    monkeypatch.setattr(mqtt, "FIRST_RETRY_S", 1)
    monkeypatch.setattr(mqtt, "LAST_RETRY_S", 1)


def webhook(receiver: HttpReceiver, more: str = "") -> list[str]:
    return ["  webhooks:", f"    - {{url: '{receiver.url}', secret: {SECRET}, name: hook{more}}}"]


def told(requests: list[Request]) -> list[tuple[str, str | None, str | None]]:
    rows = [json.loads(request.body) for request in requests]
    return [(row["event"], row.get("previous"), row.get("expression")) for row in rows]


def counted(name: str, receiver: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(f"mien_notify_{name}_total", {"receiver": receiver, **labels})
    return value or 0.0


def looked_at(stage: Stage, broker: Broker, replica: Replica) -> None:
    """Wait until the replica has told of what is there already: nothing, but it is reading."""
    watching = Watching(broker, replica.service._clock)
    eventually("the camera is watched", lambda: watching.viewers(stage.camera) == 1)


@pytest.mark.usefixtures("soon")
def test_a_webhook_gets_each_change_once_in_order_and_signed(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with HttpReceiver() as receiver:
        looked_at(stage, broker, start(*webhook(receiver)))
        for expression in ["neutral", "neutral", "happy", "unsure", "happy", "sad"]:
            stage.show(person(1, expression))
        stage.show()
        eventually("it has left", lambda: len(receiver.accepted) == 4)
        stage.status(CameraState.LOST, "nobody listens")
        eventually("it is lost", lambda: len(receiver.accepted) == 5)
        stage.status(CameraState.LIVE)
        eventually("it is back", lambda: len(receiver.accepted) == 6)
    assert told(receiver.requests) == [
        ("face_appeared", None, "neutral"),
        ("expression_changed", "neutral", "happy"),
        ("expression_changed", "happy", "sad"),
        ("face_left", None, "sad"),
        ("camera_lost", None, None),
        ("camera_back", None, None),
    ]
    for request in receiver.requests:
        at = int(request.headers["x-mien-signature"].partition(",")[0].removeprefix("t="))
        assert request.headers["x-mien-signature"] == signature(SECRET.encode(), request.body, at)
        assert abs(at - request.at) < 60
        assert request.headers["x-mien-delivery"] == json.loads(request.body)["id"]
    assert json.loads(receiver.requests[4].body)["reason"] == "nobody listens"


@pytest.mark.usefixtures("soon")
def test_a_camera_whose_capture_falls_silent_is_lost(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with HttpReceiver() as receiver:
        looked_at(stage, broker, start(*webhook(receiver)))
        stage.left()
        eventually("it is lost", lambda: len(receiver.accepted) == 1)
    assert json.loads(receiver.requests[0].body)["reason"] == scene.SILENT


@pytest.mark.usefixtures("soon")
def test_a_camera_that_capture_does_not_take_over_is_not_lost_while_capture_is_there(
    start: Callable[..., Replica], stage: Stage, broker: Broker, path: Path
) -> None:
    with HttpReceiver() as receiver:
        replica = start(*webhook(receiver))
        looked_at(stage, broker, replica)
        path.write_text(path.read_text().replace("cameras: {", "cameras: {yard: {source: x, fps: no}, "))
        replica.service.crew.apply(read_configuration(path))
        watching = Watching(broker, replica.service._clock)
        eventually("it is watched", lambda: watching.viewers("yard") == 1)
        time.sleep(3 * scene.CAPTURE_SILENT_S)
        assert receiver.requests == []
        stage.left()
        eventually("both are lost", lambda: len(receiver.accepted) == 2)
    lost = [(row["event"], row["camera"]) for row in (json.loads(one.body) for one in receiver.requests)]
    assert sorted(lost) == [("camera_lost", "door"), ("camera_lost", "yard")]


@pytest.mark.usefixtures("soon")
def test_only_what_a_receiver_wants_is_told_to_it(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with HttpReceiver() as receiver:
        looked_at(stage, broker, start(*webhook(receiver, ", events: [expression_changed]")))
        for expression in ["neutral", "happy"]:
            stage.show(person(1, expression))
        eventually("it is told", lambda: receiver.accepted)
    assert told(receiver.requests) == [("expression_changed", "neutral", "happy")]


@pytest.mark.usefixtures("soon")
def test_a_webhook_that_is_away_gets_the_newest_when_it_is_back_and_the_rest_is_counted(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    receiver = HttpReceiver()
    before = {name: counted(name, "hook") for name in ("taken", "delivered", "tries_failed")}
    dropped = counted("dropped", "hook", cause="overflow")
    looked_at(stage, broker, start(*webhook(receiver), most=5))
    stage.show(person(1, "neutral"))
    eventually("the first is in hand", lambda: counted("tries_failed", "hook") > before["tries_failed"])
    for n in range(1, 20):
        stage.show(person(1, ["neutral", "happy"][n % 2]))
    eventually("all are taken", lambda: counted("taken", "hook") - before["taken"] == 20)
    assert stage.streams.waiting() == 0
    with receiver:
        eventually("what waited came", lambda: len(receiver.accepted) == 6)
    lost = counted("dropped", "hook", cause="overflow") - dropped
    assert (lost, counted("delivered", "hook") - before["delivered"]) == (14, 6)
    # The first was in hand, the others are the newest.
    assert told(receiver.accepted)[0] == ("face_appeared", None, "neutral")
    assert told(receiver.accepted)[-1] == ("expression_changed", "neutral", "happy")


@pytest.mark.usefixtures("soon")
def test_an_event_is_sent_again_under_its_own_id_until_it_is_taken_and_a_refused_one_is_given_up(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    answers = [503, 429, 200, 400, 302, 200]
    refused = counted("dropped", "hook", cause="refused")
    with HttpReceiver(lambda _request: (answers.pop(0), {"Location": "/elsewhere"})) as receiver:
        looked_at(stage, broker, start(*webhook(receiver)))
        for expression in ["neutral", "happy", "sad", "angry"]:
            stage.show(person(1, expression))
        eventually("all are answered", lambda: not answers)
    ids = [request.headers["x-mien-delivery"] for request in receiver.requests]
    assert ids[0] == ids[1] == ids[2]
    assert len(set(ids)) == 4
    assert {request.path for request in receiver.requests} == {"/hook"}
    assert counted("dropped", "hook", cause="refused") - refused == 2


@pytest.mark.usefixtures("soon")
def test_mqtt_gets_each_change_once_and_home_assistant_its_entities(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with Mosquitto(login=True) as server, Listener(server.port) as listener:
        login = f"username: {USER}, password: {PASSWORD}"
        replica = start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}, {login}}}")
        looked_at(stage, broker, replica)
        eventually("it is online", lambda: listener.on("mien/availability") == [b"online"])
        eventually("nobody is there", lambda: listener.on("mien/door/expression") == [b"nobody"])
        stage.show(person(1, "neutral"), person(2, "sad", width=40))
        stage.show(person(1, "happy"), person(2, "sad", width=40))
        stage.show(person(1, "happy"))
        eventually("all came", lambda: len(listener.on("mien/door/events")) == 4)
        eventually("one is left", lambda: listener.on("mien/door/faces")[-1] == b"1")
        replica.end()
        eventually("it is offline", lambda: listener.on("mien/availability")[-1] == b"offline")
    events = [json.loads(payload)["event"] for payload in listener.on("mien/door/events")]
    assert events == ["face_appeared", "face_appeared", "expression_changed", "face_left"]
    assert listener.on("mien/door/expression") == [b"nobody", b"sad", b"happy"]
    assert listener.on("mien/door/connectivity") == [b"ON"]
    assert listener.on("mien/availability") == [b"online", b"offline"]
    (configuration,) = listener.on("homeassistant/sensor/mien_door/expression/config")
    entity = json.loads(configuration)
    assert (entity["state_topic"], entity["availability_topic"]) == (
        "mien/door/expression",
        "mien/availability",
    )
    for topic in ("sensor/mien_door/faces", "binary_sensor/mien_door/connectivity"):
        assert len(listener.on(f"homeassistant/{topic}/config")) == 1


@pytest.mark.usefixtures("soon")
def test_mqtt_that_is_away_gets_what_waited_and_how_it_is_now_when_it_is_back(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with Mosquitto() as server:
        looked_at(stage, broker, start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}}}"))
        with Listener(server.port) as listener:
            stage.show(person(1, "neutral"))
            eventually("the first came", lambda: len(listener.on("mien/door/events")) == 1)
        server.stop()
        for expression in ["happy", "sad", "angry"]:
            stage.show(person(1, expression))
        server.start()
        with Listener(server.port) as listener:
            eventually("what waited came", lambda: len(listener.on("mien/door/events")) == 3)
            eventually("so it is", lambda: listener.on("mien/door/expression")[-1:] == [b"angry"])
            stage.show(person(1, "fear"))
            eventually("it goes on", lambda: len(listener.on("mien/door/events")) == 4)
    events = [json.loads(payload) for payload in listener.on("mien/door/events")]
    assert [event["expression"] for event in events] == ["happy", "sad", "angry", "fear"]
    assert len({event["id"] for event in events}) == 4


def test_a_state_that_did_not_arrive_as_the_line_broke_does_not_overwrite_a_newer_one() -> None:
    happy, sad = Level("happy", 1, True), Level("sad", 1, True)
    with Mosquitto() as server:
        receiver = mqtt.Mqtt(mqtt.Server("127.0.0.1", server.port), Topics("mien", "ha"), lambda: None)
        receiver.lead(True)
        eventually("it is there", lambda: _connected(receiver))
        assert server._process is not None
        server._process.send_signal(signal.SIGSTOP)
        receiver.show("door", happy)
        server.stop()
        eventually("the line is broken", lambda: not _connected(receiver))
        receiver.show("door", sad)
        server.start()
        with Listener(server.port) as listener:
            eventually("it is there again", lambda: listener.on("mien/availability"))
            receiver.show("yard", happy)
            eventually("all came", lambda: listener.on("mien/yard/expression"))
        receiver.close()
    assert listener.on("mien/door/expression")[-1] == b"sad"


def test_mqtt_over_tls_is_trusted_by_its_authority(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with Mosquitto(tls=True) as server, Listener(server.port, server.ca_file) as listener:
        place = f"host: localhost, port: {server.port}, tls: true"
        looked_at(stage, broker, start(f"  mqtt: {{{place}, ca_file: {server.ca_file}}}"))
        stage.show(person(1))
        eventually("it came", lambda: listener.on("mien/door/events"))


def test_mqtt_over_tls_of_an_unknown_authority_is_told_nothing(
    start: Callable[..., Replica], stage: Stage, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    with Mosquitto(tls=True) as server, Listener(server.port, server.ca_file) as listener:
        start(f"  mqtt: {{host: localhost, port: {server.port}, tls: true}}")
        eventually("it is said", lambda: f"localhost:{server.port} is not reached" in caplog.text)
    assert listener.heard == []


def test_a_wrong_password_of_mqtt_is_said_without_it(
    start: Callable[..., Replica], stage: Stage, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    with Mosquitto(login=True) as server:
        start(f"  mqtt: {{host: localhost, port: {server.port}, username: me, password: hunter2}}")
        eventually("it is said", lambda: "refuses: Not authorized" in caplog.text)
    assert "hunter2" not in caplog.text


@pytest.mark.usefixtures("soon")
def test_events_that_the_mqtt_broker_forbids_are_counted_as_refused(
    start: Callable[..., Replica], stage: Stage, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    before = {name: counted(name, "mqtt") for name in ("taken", "delivered")}
    refused = counted("dropped", "mqtt", cause="refused")
    with Mosquitto(rules=["topic write mien/availability"]) as server:
        looked_at(stage, broker, start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}}}"))
        stage.show(person(1, "neutral"))
        eventually("it is refused", lambda: counted("dropped", "mqtt", cause="refused") - refused == 1)
    assert counted("taken", "mqtt") - before["taken"] == 1
    assert counted("delivered", "mqtt") == before["delivered"]
    assert "it does not allow that user to publish there" in caplog.text
    assert "refuses a state: Not authorized" in caplog.text


@pytest.mark.usefixtures("soon")
def test_two_replicas_tell_each_change_once_and_the_other_goes_on_when_one_ends(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with HttpReceiver() as receiver:
        first = start(*webhook(receiver))
        looked_at(stage, broker, first)
        second = start(name="two")
        stage.show(person(1, "neutral"))
        stage.show(person(1, "happy"))
        eventually("two came", lambda: len(receiver.accepted) == 2)
        assert (first.leads, second.leads) == (True, False)
        first.end()
        stage.show(person(1, "sad"))
        eventually("the next one leads", lambda: second.leads)
        eventually("what changed meanwhile came", lambda: len(receiver.accepted) == 3)
        stage.show(person(1, "angry"))
        eventually("it goes on", lambda: len(receiver.accepted) == 4)
    assert [change[2] for change in told(receiver.requests)] == ["neutral", "happy", "sad", "angry"]


@pytest.mark.usefixtures("soon")
def test_a_leader_that_froze_tells_nothing_that_its_successor_tells(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with HttpReceiver() as receiver:
        first = start(*webhook(receiver))
        looked_at(stage, broker, first)
        # It takes the lead no longer, and does not know that; its watcher goes on.
        first.pause()
        broker.redis.delete(NOTIFIER)
        second = start(name="two")
        eventually("the next one leads", lambda: second.leads)
        eventually("and reads", lambda: second.service.crew._running)
        time.sleep(0.3)
        assert first.leads
        for expression in ["neutral", "happy", "sad"]:
            stage.show(person(1, expression))
        eventually("all came", lambda: len(receiver.accepted) == 3)
        time.sleep(0.3)
    assert [change[2] for change in told(receiver.requests)] == ["neutral", "happy", "sad"]


@pytest.mark.usefixtures("soon")
def test_mqtt_goes_over_to_the_next_replica_and_what_is_known_stays(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with Mosquitto() as server, Listener(server.port) as listener:
        first = start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}}}")
        looked_at(stage, broker, first)
        second = start(name="two")
        stage.show(person(1, "neutral"))
        eventually("it came", lambda: len(listener.on("mien/door/events")) == 1)
        first.end()
        eventually("the next one leads", lambda: second.leads)
        eventually(
            "and is online", lambda: listener.on("mien/availability") == [b"online", b"offline", b"online"]
        )
        stage.show(person(1, "happy"))
        eventually("it goes on", lambda: len(listener.on("mien/door/events")) == 2)
        eventually("so it is", lambda: listener.on("mien/door/expression")[-1] == b"happy")
    assert [json.loads(event)["expression"] for event in listener.on("mien/door/events")] == [
        "neutral",
        "happy",
    ]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("root", ["", "home/mien"], ids=["taken out", "another topic"])
def test_what_mqtt_shows_goes_with_the_part_of_the_file_and_with_its_topic(
    start: Callable[..., Replica], stage: Stage, broker: Broker, path: Path, root: str
) -> None:
    with Mosquitto() as server:
        replica = start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}}}")
        looked_at(stage, broker, replica)
        with Listener(server.port) as listener:
            stage.show(person(1))
            eventually("it is shown", lambda: b"neutral" in listener.on("mien/door/expression"))
        part = f"{{mqtt: {{host: 127.0.0.1, port: {server.port}, topic: {root}}}}}"
        path.write_text("cameras: {door: {source: 'test:'}}\n" + (f"notify: {part}" if root else ""))
        replica.service.crew.apply(read_configuration(path))
        if root:
            with Listener(server.port) as listener:
                eventually("it is shown there", lambda: listener.on(f"{root}/door/expression"))
                eventually("and online", lambda: listener.on(f"{root}/availability") == [b"online"])
        with Listener(server.port) as listener:
            listener.client.publish("last", b"", qos=2)
            eventually("all that is kept has come", lambda: listener.on("last"))
    kept = {one.topic for one in listener.heard if one.retained}
    assert [topic for topic in kept if topic.startswith("mien/") or "/mien_door/" in topic] == []
    assert bool(kept) is bool(root)


@pytest.mark.usefixtures("soon")
def test_who_gets_no_answer_from_the_broker_for_as_long_as_the_lead_lasts_is_offline_at_mqtt(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    with Mosquitto() as server, Listener(server.port) as listener:
        replica = start(f"  mqtt: {{host: 127.0.0.1, port: {server.port}}}")
        looked_at(stage, broker, replica)
        eventually("it is online", lambda: listener.on("mien/availability") == [b"online"])
        broker.redis.client_pause(LASTS_MS + 1_500, all=True)
        states = [b"online", b"offline", b"online"]
        eventually("it is offline for a while", lambda: listener.on("mien/availability") == states)
        assert replica.leads
    offline, online = [one.at for one in listener.heard if one.topic == "mien/availability"][1:]
    assert offline < online


@pytest.mark.usefixtures("soon")
def test_a_receiver_that_hangs_slows_neither_the_pipeline_nor_another_receiver(
    start: Callable[..., Replica], stage: Stage, broker: Broker
) -> None:
    hangs = Event()
    try:
        with (
            HttpReceiver(lambda _request: (204 if hangs.wait(30) else 503, {})) as slow,
            HttpReceiver() as fast,
        ):
            lines = [*webhook(slow), f"    - {{url: '{fast.url}', secret: {SECRET}, name: fast}}"]
            looked_at(stage, broker, start(*lines))
            for n in range(20):
                stage.show(person(1, ["neutral", "happy"][n % 2]))
            eventually("the other has all", lambda: len(fast.accepted) == 20)
            assert slow.accepted == []
            hangs.set()
    finally:
        hangs.set()
