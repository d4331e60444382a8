import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.notify.configuration import Configuration, Interest, MqttSettings, WebhookSettings
from services.notify.events import Event, Kind
from services.notify.level import Level
from services.notify.mqtt import Mqtt, Server
from services.notify.post import Post
from services.notify.topics import Topics
from tests.e2e.processes import eventually
from tests.http_receiver import HttpReceiver

EVENT = Event(Kind.CAMERA_LOST, "door", 1)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    yield post
    post.end()


def hook(receiver: HttpReceiver, name: str, *kinds: Kind) -> WebhookSettings:
    interest = Interest(frozenset({"door"}), frozenset(kinds or Kind))
    return WebhookSettings(name, receiver.url, "sixteen-characters", interest)


def test_each_receiver_gets_what_it_wants(post: Post, receiver: HttpReceiver) -> None:
    wants = [hook(receiver, "post-all"), hook(receiver, "post-back", Kind.CAMERA_BACK)]
    post.apply(Configuration(tuple(wants)))
    post.tell([EVENT, replace(EVENT, camera="yard"), replace(EVENT, kind=Kind.CAMERA_BACK)])
    eventually("all came", lambda: len(receiver.requests) == 3)
    kinds = sorted(request.headers["x-mien-event"] for request in receiver.requests)
    assert kinds == ["camera_back", "camera_back", "camera_lost"]


def test_a_receiver_that_stays_as_it_was_keeps_what_waits_for_it(post: Post, receiver: HttpReceiver) -> None:
    stays = hook(receiver, "post-stays")
    post.apply(Configuration((stays,)))
    receiver.stop()
    post.tell([EVENT])
    post.apply(Configuration((stays, hook(receiver, "post-new"))))
    receiver.start()
    eventually("it came", lambda: receiver.requests)


def test_a_receiver_whose_cameras_are_others_now_keeps_what_waits_for_it(
    post: Post, receiver: HttpReceiver
) -> None:
    stays = hook(receiver, "post-others")
    post.apply(Configuration((stays,)))
    receiver.stop()
    post.tell([EVENT])
    post.apply(Configuration((replace(stays, interest=Interest(frozenset({"yard"}), frozenset(Kind))),)))
    post.tell([EVENT, replace(EVENT, camera="yard")])
    receiver.start()
    eventually("both came", lambda: len(receiver.requests) == 2)
    assert [json.loads(request.body)["camera"] for request in receiver.requests] == ["door", "yard"]


def test_where_a_new_receiver_cannot_be_made_everybody_is_told_as_before(
    post: Post, receiver: HttpReceiver, tmp_path: Path
) -> None:
    stays = hook(receiver, "post-before")
    post.apply(Configuration((stays,)))
    bad = replace(stays, url="https://127.0.0.1/", ca_file=tmp_path / "none.pem")
    with pytest.raises(OSError, match="No such file"):
        post.apply(Configuration((bad,)))
    post.tell([EVENT])
    eventually("it came", lambda: receiver.requests)


class Shown:
    """Stands for the MQTT receiver, and records what it is told."""

    def __init__(self, *_made_of: object, **_more: object) -> None:
        self.said: list[tuple[object, ...]] = []
        self.closed = False

    def lead(self, leads: bool) -> None:
        self.said.append(("lead", leads))

    def show(self, camera: str, level: Level) -> None:
        self.said.append((camera, level.expression))

    def remove(self, camera: str) -> None:
        self.said.append((camera, "removed"))

    def clear(self) -> None:
        self.said.append(("cleared",))

    def close(self) -> None:
        self.closed = True


def mqtt(*cameras: str) -> MqttSettings:
    return MqttSettings(Server("h", 1), Topics("mien", "ha"), Interest(frozenset(cameras), frozenset(Kind)))


@pytest.fixture
def shown(post: Post, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What MQTT is told of `door`; `post` leads."""

    class Fake(Shown, Mqtt):
        pass

    monkeypatch.setattr("services.notify.post.Mqtt", Fake)
    post.apply(Configuration(mqtt=mqtt("door")))
    post.lead(True)
    receiver = post._running["mqtt"].receiver
    assert isinstance(receiver, Fake)
    return receiver.said


def test_a_camera_that_mqtt_is_not_told_of_any_more_is_taken_away_and_a_known_one_is_shown(
    post: Post, shown: list[tuple[object, ...]]
) -> None:
    post.show("yard", Level("sad", 1, True))
    post.show("door", Level("happy", 1, True))
    post.apply(Configuration(mqtt=mqtt("yard")))
    assert shown == [("lead", True), ("door", "happy"), ("door", "removed"), ("yard", "sad")]


HAPPY = Level("happy", 1, True)
DOOR = ("door", "happy")


@pytest.mark.parametrize(
    ("next_", "says"),
    [
        (None, [("cleared",)]),
        (replace(mqtt("door"), topics=Topics("home", "ha")), [("cleared",)]),
        (replace(mqtt("door"), topics=Topics("mien", "other")), [("cleared",)]),
        (replace(mqtt("yard"), server=Server("other", 1)), [("cleared",)]),
        (replace(mqtt("door"), server=Server("h", 1, "me")), []),
        (replace(mqtt("yard"), server=Server("h", 1, "me")), [("door", "removed")]),
    ],
    ids=["taken out", "topic", "prefix", "host and camera", "user", "user and camera"],
)
def test_what_mqtt_will_show_there_no_more_is_taken_away_before_it_ends(
    post: Post,
    shown: list[tuple[object, ...]],
    next_: MqttSettings | None,
    says: list[tuple[object, ...]],
) -> None:
    post.show("door", HAPPY)
    post.apply(Configuration(mqtt=next_))
    assert shown == [("lead", True), DOOR, *says]


def test_one_that_does_not_lead_takes_nothing_away(post: Post, shown: list[tuple[object, ...]]) -> None:
    post.lead(False)
    post.apply(Configuration())
    assert shown == [("lead", True), ("lead", False)]


def test_with_the_lead_goes_what_was_shown(post: Post, shown: list[tuple[object, ...]]) -> None:
    happy = Level("happy", 1, True)
    for _ in range(2):
        post.show("door", happy)
    post.lead(False)
    post.show("door", happy)
    post.lead(True)
    post.show("door", happy)
    assert shown == [
        ("lead", True),
        ("door", "happy"),
        ("lead", False),
        ("lead", True),
        ("door", "happy"),
    ]


def test_one_that_is_taken_out_is_told_no_more(post: Post, receiver: HttpReceiver) -> None:
    post.apply(Configuration((hook(receiver, "post-out"),)))
    post.apply(Configuration())
    post.tell([EVENT])
    post.show("door", Level("happy", 1, True))
    post.end()
    assert receiver.requests == []


def test_at_the_end_what_waits_is_delivered(receiver: HttpReceiver) -> None:
    post = Post()
    post.apply(Configuration((hook(receiver, "post-end"),)))
    post.tell([EVENT] * 20)
    post.end()
    assert len(receiver.requests) == 20


def test_what_cannot_be_delivered_at_the_end_is_said(
    receiver: HttpReceiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.post.LAST_WORDS_S", 0.1)
    receiver.stop()
    post = Post()
    post.apply(Configuration((hook(receiver, "post-lost"),)))
    post.tell([EVENT] * 20)
    post.end()
    assert "events were not delivered" in caplog.text
