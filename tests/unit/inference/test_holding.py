from threading import Event, active_count

import pytest

from services.inference.holding import HOLD_EVERY_S, MOST_TIMES, held
from shared.delivery import RecordingLimits, TakenFrame
from tests.fakes import AWAY, FakeRecordingStreams

FRAME = TakenFrame("5-1", "w1", 1, {})


class Noticing(FakeRecordingStreams):
    """Streams on which one can wait until a frame was held so many times."""

    def __init__(self, times: int) -> None:
        super().__init__("rec1")
        self.noticed = Event()
        self._times = times

    def hold(self, taken: TakenFrame) -> bool:
        try:
            return super().hold(taken)
        finally:
            if len(self.held) >= self._times:
                self.noticed.set()


def test_a_frame_is_held_again_and_again_as_long_as_it_takes() -> None:
    streams = Noticing(3)
    with held(streams, FRAME, every_s=0.001):
        assert streams.noticed.wait(10)
    assert set(streams.held) == {"5-1"}


def test_a_frame_that_is_done_soon_is_not_held_and_leaves_no_thread_behind() -> None:
    streams, before = Noticing(1), active_count()
    with held(streams, FRAME):
        pass
    assert streams.held == []
    assert active_count() == before


def test_an_error_ends_the_hold() -> None:
    streams, before = Noticing(1), active_count()
    with pytest.raises(KeyError), held(streams, FRAME):
        raise KeyError
    assert active_count() == before


def test_a_broker_that_is_away_does_not_end_the_hold() -> None:
    streams = Noticing(3)
    streams.error = AWAY
    with held(streams, FRAME, every_s=0.001):
        assert streams.noticed.wait(10)


def test_who_hangs_does_not_hold_its_frame_for_ever() -> None:
    streams = Noticing(2)
    with held(streams, FRAME, every_s=0.001, most=2):
        assert streams.noticed.wait(10)
        assert not Event().wait(0.05)
    assert len(streams.held) == 2


def test_a_frame_is_held_before_another_worker_would_take_it() -> None:
    limits = RecordingLimits()
    assert limits.pending_ms > 3 * HOLD_EVERY_S * 1000
    assert limits.lifetime_ms > MOST_TIMES * HOLD_EVERY_S * 1000
