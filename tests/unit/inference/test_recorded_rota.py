import logging

import pytest

from services.inference import recorded_rota, rota
from services.inference.recorded_rota import RecordingRota
from shared.delivery import TakenFrame
from shared.logs import Seldom
from tests.fakes import AWAY, WRONG_TYPE, FakeRecordingStreams

FRAME = TakenFrame("1-0", "w1", 1, {})


class Recordings:
    """Recordings that have frames or not, and a rota over them."""

    def __init__(self, *ids: str) -> None:
        self.streams: dict[str, FakeRecordingStreams] = {}
        self.opened: list[str] = []
        self.rota = RecordingRota(self._open, "w1")
        self.rota.set_recordings(ids)

    def _open(self, recording: str) -> FakeRecordingStreams:
        self.opened.append(recording)
        return self.streams.setdefault(recording, FakeRecordingStreams(recording))

    def fill(self, *ids: str, frames: int = 10) -> None:
        for one in ids:
            self.streams[one].waiting = [FRAME] * frames

    def turns(self, number: int) -> list[str | None]:
        taken = [self.rota.next() for _ in range(number)]
        return [None if one is None else one[0].recording for one in taken]


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No line of one test is held back for another's sake."""
    caplog.set_level(logging.WARNING)
    for module in (recorded_rota, rota):
        monkeypatch.setattr(module, "seldom", Seldom(logging.getLogger(module.__name__)))


@pytest.fixture
def recordings() -> Recordings:
    return Recordings("a", "b", "c")


def test_without_recordings_there_is_no_frame() -> None:
    nothing = Recordings()
    assert nothing.rota.is_empty
    assert nothing.rota.next() is None


def test_recordings_take_turns(recordings: Recordings) -> None:
    recordings.fill("a", "b", "c")
    assert recordings.turns(7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_a_recording_without_frames_loses_its_turn_and_nothing_else(recordings: Recordings) -> None:
    recordings.fill("b")
    assert recordings.turns(2) == ["b", "b"]
    recordings.fill("c")
    assert "c" in recordings.turns(2)


def test_frames_are_taken_in_the_workers_name(recordings: Recordings) -> None:
    recordings.turns(1)
    assert recordings.streams["a"].takers == ["w1"]


def test_a_recording_that_left_is_not_asked_again_and_its_streams_are_let_go(recordings: Recordings) -> None:
    recordings.fill("a", "b", "c")
    recordings.rota.set_recordings(["b"])
    assert recordings.turns(3) == ["b", "b", "b"]
    recordings.rota.set_recordings([])
    assert recordings.rota.is_empty


def test_one_that_stays_keeps_its_streams(recordings: Recordings) -> None:
    recordings.rota.set_recordings(["a", "d"])
    assert recordings.opened == ["a", "b", "c", "d"]


def test_a_recording_for_which_the_broker_answers_with_an_error_rests_and_the_others_are_served(
    recordings: Recordings, caplog: pytest.LogCaptureFixture
) -> None:
    recordings.fill("a", "b")
    recordings.streams["a"].error = WRONG_TYPE
    assert recordings.turns(3) == ["b", "b", "b"]
    assert caplog.messages == [f"recording a is passed over: {WRONG_TYPE}"]
    recordings.streams["a"].error = None
    recordings.rota.set_recordings(["a", "b", "c"])
    assert "a" in recordings.turns(3)


def test_a_broker_that_is_away_is_the_workers_matter(recordings: Recordings) -> None:
    recordings.streams["a"].error = AWAY
    with pytest.raises(type(AWAY)):
        recordings.rota.next()


def test_a_wrong_id_from_the_broker_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert Recordings("Not:valid", "ok").opened == ["ok"]
    assert "names a recording 'Not:valid', which is no valid id" in caplog.text
