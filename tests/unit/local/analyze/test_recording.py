from collections.abc import Sequence
from pathlib import Path

import pytest

from services.analysis.ordering import Done
from services.local.analyze.collecting import Collector
from services.local.analyze.deployment import Deployment
from services.local.analyze.patience import TRIES
from services.local.analyze.presence import Presence
from services.local.analyze.reader import Reader
from services.local.analyze.recording import Job, Read, Recording, record
from shared.delivery import RecordingAccount
from shared.errors import BrokerUnreachable, RecordingGone, SourceError
from shared.recorded import RecordedResult
from shared.recordings import RecordingStreams


class Results:
    """Knows which frames have a result."""

    def __init__(self, *indexes: int) -> None:
        self.done = Done(every=1)
        self.add(*indexes)

    @property
    def count(self) -> int:
        return self.done.count

    @property
    def next(self) -> int:
        return self.done.next

    def add(self, *indexes: int) -> None:
        for index in indexes:
            self.done.add(index)

    def append(self, results: Sequence[RecordedResult]) -> None:
        self.add(*(result.index for result in results))


class Attempts:
    """Stands for reading the video once: each time it does some frames, and then ends in some way."""

    def __init__(self, results: Results, *outcomes: tuple[int, Read | Exception]) -> None:
        self.starts: list[int] = []
        self._results = results
        self._outcomes = list(outcomes)

    def __call__(self, job: Job, deployment: Deployment, start: int) -> Read:
        self.starts.append(start)
        frames, outcome = self._outcomes.pop(0)
        self._results.add(*range(start, self._results.next + frames))
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


class Unready(Lives):
    """A broker that has just died, and says nothing before it was waited for."""

    def __init__(self) -> None:
        super().__init__("a")
        self.is_there = False

    def life(self) -> str:
        if not self.is_there:
            raise BrokerUnreachable("away")
        return super().life()

    def await_broker(self) -> None:
        self.is_there = True


class Streams(RecordingStreams):
    """Has so many frames of a recording, and its end if that was said."""

    def __init__(self, captured: int, ended: int | None = None) -> None:
        self.captured = captured
        self.ended = ended
        self.why = ""

    def account(self) -> RecordingAccount:
        return RecordingAccount(self.captured, 0, 0, 0, 0, self.captured, 0, self.ended)

    def end(self, frames: int, ended_early: str = "") -> None:
        self.ended, self.why = frames, ended_early


class Ended(Reader):
    """A reader that does nothing any more."""

    def __init__(self, given_up: str = "", *, crashed: bool = False) -> None:
        self.given_up = given_up
        self.crashed = crashed

    def look(self, done: int) -> bool:
        return True


class Nothing(Collector):
    """A collector to which no result comes."""

    def __init__(self) -> None:
        self.collected = 0

    def step(self) -> bool:
        return False


class Here(Presence):
    def __init__(self) -> None: ...

    def look(self) -> None: ...


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
    tried = Attempts(results, (40, GONE), (60, Read(61, "cut off", {})))
    assert record(job(results, said), Lives("a"), tried) == Read(100, "cut off", {})
    assert tried.starts == [0, 39]
    assert said == ["it is gone; going on with frame 40"]


def test_results_that_did_not_arrive_are_done_once_more(results: Results, said: list[str]) -> None:
    tried = Attempts(results, (99, Read(100, "", {})), (1, Read(2, "", {})))
    assert record(job(results, said), Lives("a"), tried).frames == 100
    assert tried.starts == [0, 98]


def test_it_gives_up_where_nothing_is_done_again_and_again(results: Results, said: list[str]) -> None:
    tried = Attempts(results, (10, GONE), *[(0, GONE)] * TRIES)
    with pytest.raises(RecordingGone):
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
    tried = Attempts(results, (10, REFUSED), (90, Read(91, "", {})))
    assert record(job(results, said), Lives("a", "b"), tried).frames == 100
    assert tried.starts == [0, 9]


def test_a_broker_that_died_since_the_video_before_is_waited_for(results: Results, said: list[str]) -> None:
    tried = Attempts(results, (100, Read(100, "", {})))
    assert record(job(results, said), Unready(), tried).frames == 100


def test_a_video_that_was_read_further_before_is_not_taken_to_end_here(said: list[str]) -> None:
    results = Results(*range(10), 11, 12)
    tried = Attempts(results, (0, Read(1, "it crashed", {})))
    with pytest.raises(SourceError, match=r"a\.mp4: 10 frames were read, 12 before"):
        record(job(results, said), Lives("a"), tried)


def test_a_frame_that_is_missing_between_others_is_done(said: list[str]) -> None:
    results = Results(*range(10), 11, 12)
    tried = Attempts(results, (1, Read(4, "", {})))
    assert record(job(results, said), Lives("a"), tried).frames == 13
    assert tried.starts == [9]


def recording(streams: Streams, reader: Reader, results: Results) -> Recording:
    return Recording(job(results, []), streams, Here(), Nothing(), reader)


def test_a_video_that_crashes_what_reads_it_ends_with_the_last_frame_that_was_offered(
    results: Results,
) -> None:
    streams = Streams(captured=10)
    assert not recording(streams, Ended("it crashed", crashed=True), results).step()
    assert (streams.ended, streams.why) == (10, "it crashed")


@pytest.mark.parametrize(("captured", "crashed"), [(10, False), (0, True)])
def test_a_reader_that_others_end_or_that_got_nowhere_says_nothing_of_the_videos_end(
    results: Results, captured: int, crashed: bool
) -> None:
    streams = Streams(captured)
    with pytest.raises(SourceError, match=r"^a\.mp4: it was ended; --resume tries again$"):
        recording(streams, Ended("it was ended", crashed=crashed), results).step()
    assert streams.ended is None


def test_a_broker_that_was_emptied_before_the_first_result_has_lost_the_recording(results: Results) -> None:
    with pytest.raises(RecordingGone):
        recording(Streams(0), Ended(), results).step()


def test_where_the_last_word_is_said_the_results_are_waited_for(results: Results) -> None:
    assert not recording(Streams(10, ended=10), Ended(), results).step()
