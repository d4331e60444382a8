from collections.abc import Iterator
from typing import Any, cast

import pytest

from services.notify.configuration import Configuration, Interest, WebhookSettings
from services.notify.crew import Crew
from services.notify.events import Kind
from services.notify.post import Post
from services.notify.watcher import Watcher
from shared.errors import SettingsError
from tests.fakes import AWAY


class Idle:
    """Stands for a watcher that only waits for its end."""

    def __init__(self, camera: str) -> None:
        self.camera = camera
        self.ended = False

    def run(self, stop: Any) -> None:  # noqa: ANN401  threading's event
        stop.wait(30)
        self.ended = True


class Bench:
    """A crew of idle watchers."""

    def __init__(self) -> None:
        self.made: list[Idle] = []
        self.left: list[str] = []
        self.away = False
        self.wrong = ""
        self.post = Post()
        self.crew = Crew(self.post, self._make, self._leave)

    def apply(self, *cameras: str) -> None:
        interest = Interest(frozenset(cameras), frozenset(Kind))
        webhook = WebhookSettings("crew", "http://127.0.0.1:9/", "sixteen-characters", interest)
        self.crew.apply(Configuration((webhook,) if cameras else ()))

    def _make(self, camera: str) -> Watcher:
        if camera == self.wrong:
            raise SettingsError("no watcher for it")
        self.made.append(Idle(camera))
        return cast(Watcher, self.made[-1])

    def _leave(self, camera: str) -> None:
        self.left.append(camera)
        if self.away:
            raise AWAY


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.crew.end()


def test_each_camera_that_anybody_is_told_of_is_watched_once(bench: Bench) -> None:
    bench.apply("door", "yard")
    bench.apply("door", "yard")
    assert [one.camera for one in bench.made] == ["door", "yard"]
    assert bench.left == []


def test_one_that_nobody_is_told_of_any_more_is_left_and_no_other(bench: Bench) -> None:
    bench.apply("door", "yard")
    bench.apply("yard", "hall")
    assert bench.left == ["door"]
    assert [one.camera for one in bench.made if one.ended] == ["door"]


def test_where_a_watcher_cannot_be_made_everything_stays_as_it_was(bench: Bench) -> None:
    bench.apply("door", "yard")
    bench.wrong = "hall"
    with pytest.raises(SettingsError):
        bench.apply("yard", "garden", "hall")
    assert (bench.left, list(bench.crew._running)) == ([], ["door", "yard"])
    assert bench.post._running["crew"].settings.interest.cameras == {"door", "yard"}
    bench.wrong = ""
    bench.apply("yard", "garden", "hall")
    assert (bench.left, list(bench.crew._running)) == (["door"], ["yard", "garden", "hall"])


def test_at_the_end_all_are_left_even_without_the_broker(bench: Bench) -> None:
    bench.apply("door", "yard")
    bench.away = True
    bench.crew.end()
    assert sorted(bench.left) == ["door", "yard"]
    assert all(one.ended for one in bench.made)
