from collections.abc import Sequence
from pathlib import Path

import pytest

from services.local.analyze.deployment import Deployment
from services.local.analyze.recording import TRIES, Job, Presence, Read, record
from shared.errors import BrokerUnreachable, RecordingGone, SourceError
from shared.recorded import RecordedResult
from shared.registry import HEARTBEAT_EVERY_S, Registry, Worker
from tests.fakes import Ticker


class Results:
    """Counts what it is given."""

    def __init__(self) -> None:
        self.count = 0

    @property
    def next(self) -> int:
        return self.count

    def append(self, results: Sequence[RecordedResult]) -> None:
        self.count += len(results)


class Attempts:
    """Stands for reading the video once: each time it does some frames, and then ends in some way."""

    def __init__(self, results: Results, *outcomes: tuple[int, Read | Exception]) -> None:
        self.starts: list[int] = []
        self._results = results
        self._outcomes = list(outcomes)

    def __call__(self, job: Job, deployment: Deployment, start: int) -> Read:
        self.starts.append(start)
        frames, outcome = self._outcomes.pop(0)
        self._results.count += frames
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Lives(Deployment):
    """A broker that answers, in one life after the other."""

    def __init__(self, *lives: str) -> None:
        self.lives = list(lives)

    def life(self) -> str:
        return self.lives.pop(0) if len(self.lives) > 1 else self.lives[0]

    def await_broker(self) -> None: ...


class Alone(Registry):
    """A registry without workers."""

    def __init__(self) -> None: ...

    def recording_is_here(self, recording: str, *, lifetime_ms: int = 0) -> None: ...

    def workers(self) -> list[Worker]:
        return []


@pytest.fixture
def results() -> Results:
    return Results()


@pytest.fixture
def said() -> list[str]:
    return []


def job(results: Results, said: list[str]) -> Job:
    return Job(Path("a.mp4"), 1, results, lambda: None, said.append)


GONE = RecordingGone("it is gone")
REFUSED = SourceError("a.mp4: gone")


def test_a_video_that_is_read_whole_is_read_once(results: Results, said: list[str]) -> None:
    tried = Attempts(results, (100, Read(100, "", {"fps": 25})))
    assert record(job(results, said), Lives("a"), tried) == Read(100, "", {"fps": 25})
    assert said == []


def test_where_the_broker_lost_the_recording_it_goes_on_with_the_first_frame_that_is_missing(
    results: Results, said: list[str]
) -> None:
    tried = Attempts(results, (40, GONE), (60, Read(60, "cut off", {})))
    assert record(job(results, said), Lives("a"), tried) == Read(100, "cut off", {})
    assert tried.starts == [0, 40]
    assert said == ["it is gone; going on with frame 40"]


def test_results_that_did_not_arrive_are_done_once_more(results: Results, said: list[str]) -> None:
    tried = Attempts(results, (99, Read(100, "", {})), (1, Read(1, "", {})))
    assert record(job(results, said), Lives("a"), tried).frames == 100
    assert tried.starts == [0, 99]


def test_it_gives_up_where_nothing_is_done_again_and_again(results: Results, said: list[str]) -> None:
    away = BrokerUnreachable("away")
    tried = Attempts(results, (10, away), *[(0, away)] * TRIES)
    with pytest.raises(BrokerUnreachable):
        record(job(results, said), Lives("a"), tried)
    assert len(tried.starts) == 1 + TRIES


def test_a_reader_that_refuses_is_believed_where_the_broker_is_the_same(
    results: Results, said: list[str]
) -> None:
    tried = Attempts(results, (0, REFUSED))
    with pytest.raises(SourceError):
        record(job(results, said), Lives("a"), tried)


def test_a_reader_that_ends_because_the_broker_was_started_again_is_started_again_too(
    results: Results, said: list[str]
) -> None:
    tried = Attempts(results, (10, REFUSED), (90, Read(90, "", {})))
    assert record(job(results, said), Lives("a", "b"), tried).frames == 100
    assert tried.starts == [0, 10]


def test_that_no_worker_is_there_is_said_once(said: list[str]) -> None:
    clock = Ticker()
    presence = Presence(Alone(), "rec-0", said.append, clock)
    for _ in range(20):
        clock.now += HEARTBEAT_EVERY_S
        presence.look()
    assert said == ["no worker is there; waiting for one"]
