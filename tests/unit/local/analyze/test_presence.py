import pytest

from services.local.analyze.presence import Presence
from shared.errors import SettingsError
from shared.registry import HEARTBEAT_EVERY_S, Registry, Worker
from tests.fakes import Ticker


class Workers(Registry):
    """A registry of some workers."""

    def __init__(self, *workers: Worker) -> None:
        self.there = list(workers)

    def recording_is_here(self, recording: str, *, lifetime_ms: int = 0) -> None: ...

    def workers(self) -> list[Worker]:
        return self.there


def worker(name: str, labels: str = "ferplus", silent_ms: int = 1) -> Worker:
    return Worker(name, "host", 1.0, silent_ms, None, {"labels": labels})


def test_that_no_worker_is_there_is_said_once() -> None:
    said: list[str] = []
    clock = Ticker()
    presence = Presence(Workers(), "rec-0", said.append, {}, clock)
    for _ in range(20):
        clock.now += HEARTBEAT_EVERY_S
        presence.look()
    assert said == ["no worker is there; waiting for one"]


def test_it_knows_how_many_workers_have_been_there() -> None:
    clock, registry = Ticker(), Workers(worker("w1"), worker("w2"), worker("dead", silent_ms=9_000))
    presence = Presence(registry, "rec-0", list[str]().append, {}, clock)
    presence.look()
    registry.there.pop()
    clock.now += HEARTBEAT_EVERY_S
    presence.look()
    assert presence.workers == 2


def test_a_worker_that_comes_later_and_does_not_agree_is_an_error() -> None:
    clock, registry = Ticker(), Workers(worker("w1"))
    presence = Presence(registry, "rec-0", list[str]().append, {"labels": "ferplus"}, clock)
    presence.look()
    registry.there.append(worker("w2", labels="fer2013"))
    clock.now += HEARTBEAT_EVERY_S
    with pytest.raises(SettingsError, match="worker w2"):
        presence.look()
