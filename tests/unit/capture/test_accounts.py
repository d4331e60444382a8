import pytest
from prometheus_client import CollectorRegistry

from services.capture.accounts import KEPT_S, FrameAccounts
from shared.counters import Account
from shared.entities import Cause
from tests.fakes import AWAY, WRONG_TYPE, Ticker

ACCOUNT = Account(captured=20, published=10, lost={Cause.SUPERSEDED: 4, Cause.STALE: 3}, pending=1, waiting=2)


class Bench:
    """Two cameras' accounts, scraped."""

    def __init__(self) -> None:
        self.answers: dict[str, Account | Exception] = {"door": ACCOUNT, "hall": ACCOUNT}
        self.cameras = ["door", "hall"]
        self.asked: list[str] = []
        self.ticker = Ticker()
        self.registry = CollectorRegistry(auto_describe=True)
        self.registry.register(FrameAccounts(lambda: self.cameras, self._read, self.ticker))

    def _read(self, camera: str) -> Account:
        self.asked.append(camera)
        answer = self.answers[camera]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def frames(self, camera: str, outcome: str) -> float | None:
        return self.registry.get_sample_value("mien_frames_total", {"camera": camera, "outcome": outcome})

    def unfinished(self, camera: str, state: str) -> float | None:
        return self.registry.get_sample_value("mien_frames_unfinished", {"camera": camera, "state": state})


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_outcome_of_a_cameras_frames_is_told(bench: Bench) -> None:
    outcomes = ("captured", "published", "superseded", "stale")
    assert [bench.frames("door", outcome) for outcome in outcomes] == [20, 10, 4, 3]
    assert (bench.unfinished("door", "pending"), bench.unfinished("door", "waiting")) == (1, 2)


def test_nothing_is_read_before_somebody_asks(bench: Bench) -> None:
    assert bench.asked == []


def test_numbers_are_kept_for_a_moment(bench: Bench) -> None:
    bench.frames("door", "captured")
    bench.frames("hall", "captured")
    assert bench.asked == ["door", "hall"]
    bench.ticker.now += KEPT_S
    bench.frames("door", "captured")
    assert bench.asked == ["door", "hall"] * 2


def test_without_the_broker_there_are_no_samples_and_only_one_camera_is_asked_for(bench: Bench) -> None:
    bench.answers["door"] = AWAY
    assert bench.frames("door", "captured") is None
    assert bench.frames("hall", "captured") is None
    assert bench.asked == ["door"]


@pytest.mark.parametrize("error", [WRONG_TYPE, ValueError("no number")])
def test_one_cameras_bad_counters_do_not_hide_the_others(bench: Bench, error: Exception) -> None:
    bench.answers["door"] = error
    assert bench.frames("door", "captured") is None
    assert bench.frames("hall", "captured") == 20


def test_a_camera_that_comes_later_is_counted_and_one_that_is_no_more_is_not() -> None:
    bench = Bench()
    bench.answers["yard"] = ACCOUNT
    bench.cameras = ["hall", "yard"]
    assert bench.frames("yard", "captured") == ACCOUNT.captured
    assert bench.frames("door", "captured") is None
