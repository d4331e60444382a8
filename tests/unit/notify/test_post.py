from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.notify.configuration import Configuration, Interest, WebhookSettings
from services.notify.events import Event, Kind
from services.notify.level import Level
from services.notify.post import Post
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
