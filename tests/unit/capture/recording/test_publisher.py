"""Frames are offered one after the other until each was accepted, and the broker may be away meanwhile."""

from threading import Event

import pytest

from services.capture.recording.publisher import FEWEST_FRAMES, MOST_FRAMES, Publisher, bound_for, heartbeat
from shared.errors import BrokerErrorReply, BrokerRefused, RecordingGone
from shared.recorded import RecordedFrame
from tests.fakes import AWAY, WRONG_TYPE, FakeBroker, Ticker, Waits


class FakeRecording:
    """Accepts frames as the given answers say, then all."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.offers: list[int] = []
        self.bounds: list[int] = []
        self.frames: list[int] = []
        self.ends: list[tuple[int, str]] = []

    def offer(self, frame: RecordedFrame, *, bound: int) -> bool:
        self.offers.append(frame.index)
        self.bounds.append(bound)
        accepted = self._answer()
        if accepted:
            self.frames.append(frame.index)
        return accepted

    def end(self, frames: int, ended_early: str) -> None:
        if self._answer():
            self.ends.append((frames, ended_early))

    def _answer(self) -> bool:
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, Exception):
            raise answer
        return answer


def frames(count: int) -> list[RecordedFrame]:
    return [RecordedFrame(index, index * 40_000_000, 64, 48, b"jpeg") for index in range(count)]


def test_frames_are_offered_in_order_and_the_end_is_said() -> None:
    recording = FakeRecording()
    publisher = Publisher(recording, FakeBroker(), Waits())
    publisher.publish(frames(3))
    publisher.end("cut")

    assert recording.frames == [0, 1, 2]
    assert recording.ends == [(3, "cut")]


def test_a_frame_that_is_not_accepted_is_offered_again_after_longer_and_longer_pauses() -> None:
    recording, stop = FakeRecording(*[False] * 7), Waits()
    Publisher(recording, FakeBroker(), stop).publish(frames(2))

    assert recording.offers == [0] * 8 + [1]
    assert stop.waits == sorted(stop.waits)
    assert stop.waits[0] < 0.01
    assert stop.waits[-1] == 0.1


@pytest.mark.parametrize("error", [AWAY, WRONG_TYPE])
def test_a_broker_that_is_away_or_full_is_waited_for(error: Exception) -> None:
    recording = FakeRecording(True, error, True, error)
    publisher = Publisher(recording, FakeBroker(), Waits())
    publisher.publish(frames(2))
    publisher.end("")

    assert recording.frames == [0, 1]
    assert recording.ends == [(2, "")]


@pytest.mark.parametrize("error", [BrokerRefused("no"), RecordingGone("gone")])
def test_what_waiting_cannot_mend_ends_it(error: Exception) -> None:
    publisher = Publisher(FakeRecording(True, error), FakeBroker(), Waits())

    with pytest.raises(type(error)):
        publisher.publish(frames(3))
    assert publisher.offered == 1


def test_an_error_that_does_not_go_away_ends_it() -> None:
    recording, clock = FakeRecording(*[False] * 9, *[WRONG_TYPE] * 99), Ticker(step=10)
    publisher = Publisher(recording, FakeBroker(), Waits(), monotonic=clock)

    with pytest.raises(BrokerErrorReply):
        publisher.publish(frames(3))
    assert 9 + 3 < len(recording.offers) < 9 + 9


def test_it_stops_when_it_is_told_and_does_not_say_the_end() -> None:
    recording, stop = FakeRecording(True, *[False] * 9), Waits(most=3)
    publisher = Publisher(recording, FakeBroker(), stop)
    publisher.publish(frames(3))
    publisher.end("")

    assert recording.frames == [0]
    assert recording.ends == []


def test_fewer_frames_are_unfinished_when_they_are_large() -> None:
    assert bound_for(0) == bound_for(200_000) == MOST_FRAMES
    assert FEWEST_FRAMES < bound_for(4_000_000) < MOST_FRAMES
    assert bound_for(10**9) == FEWEST_FRAMES


def test_the_heart_beats_while_frames_are_read_and_the_broker_may_be_away() -> None:
    beats, enough = 0, Event()

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            enough.set()
        raise AWAY

    with heartbeat(beat, every_s=0.001):
        assert enough.wait(10)
