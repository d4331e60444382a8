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


def test_where_workers_are_started_meanwhile_that_none_is_there_is_said_later() -> None:
    said: list[str] = []
    clock = Ticker()
    presence = Presence(Workers(), "rec-0", said.append, {}, clock, alone_after_s=30)
    for seconds, lines in ((29, 0), (1, 1)):
        clock.now += seconds
        presence.look()
        assert len(said) == lines


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


def test_for_workers_that_agree_it_vouches_though_they_came_a_moment_ago_and_after_they_have_left() -> None:
    registry = Workers(worker("w1"))
    presence = Presence(registry, "rec-0", list[str]().append, {"labels": "ferplus"}, Ticker())
    presence.vouch({"w1"})
    registry.there = [worker("w2")]
    presence.vouch({"w1", "w2"})
    presence.vouch(set())


def test_for_a_worker_that_does_not_agree_or_has_said_nothing_it_does_not_vouch() -> None:
    registry = Workers(worker("w1"), worker("w2", labels="fer2013"))
    presence = Presence(registry, "rec-0", list[str]().append, {"labels": "ferplus"}, Ticker())
    with pytest.raises(SettingsError, match="worker w2 came with another labels: fer2013, not ferplus"):
        presence.vouch({"w2"})
    registry.there.pop()
    with pytest.raises(SettingsError, match="worker w2 did frames and left without a word"):
        presence.vouch({"w1", "w2"})


def test_where_nobody_says_what_results_depend_on_it_vouches_for_all() -> None:
    Presence(Workers(), "rec-0", list[str]().append, {}, Ticker()).vouch({"w1"})
