import logging

import pytest

from services.inference import metrics
from services.inference import rounds as module
from services.inference.recorded_rota import RecordingRota
from services.inference.rota import Rota
from services.inference.rounds import SWEEP_EVERY_S, Rounds
from services.inference.series import KEPT_S
from shared.entities import Privacy
from shared.health import Health
from shared.logs import Seldom
from shared.registry import HEARTBEAT_EVERY_S
from shared.streams import CameraStreams, Swept
from tests.fakes import (
    AWAY,
    WRONG_TYPE,
    FakeClock,
    FakeRecordingStreams,
    FakeRegistry,
    FakeStreams,
    Ticker,
)


class Bench:
    def __init__(self) -> None:
        self.ticker = Ticker()
        self.clock = FakeClock()
        self.registry = FakeRegistry("cam1")
        self.health = Health()
        self.streams = FakeStreams("cam1")
        self.rota = Rota(self._streams_of, self._no_frames)
        self.recordings = RecordingRota(FakeRecordingStreams, "w1")
        self.rounds = Rounds(
            "w1",
            rota=self.rota,
            recordings=self.recordings,
            registry=self.registry,
            clock=self.clock,
            health=self.health,
            privacy=Privacy.BLUR,
            monotonic=self.ticker,
        )

    def _streams_of(self, camera: str) -> FakeStreams:
        return self.streams if camera == "cam1" else FakeStreams(camera)

    def _no_frames(self, _streams: CameraStreams) -> None:
        return None

    def after(self, seconds: float) -> None:
        self.ticker.now += seconds
        self.rounds.due()


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(module, "seldom", Seldom(logging.getLogger(module.__name__)))


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.rounds.due()
    return bench


def test_the_first_round_says_what_the_worker_is_and_learns_the_cameras(
    bench: Bench,
) -> None:
    assert bench.registry.beats == [("w1", 0.0)]
    assert bench.registry.privacies == [Privacy.BLUR]
    assert [streams.camera for streams in bench.rota.streams] == ["cam1"]
    assert bench.clock.refreshed == 1
    assert bench.health.ready()


def test_between_heartbeats_nothing_is_said(bench: Bench) -> None:
    bench.after(HEARTBEAT_EVERY_S * 0.9)
    assert len(bench.registry.beats) == 1


def test_a_heartbeat_tells_the_rate_since_the_last(bench: Bench) -> None:
    bench.rounds.published = 50
    bench.after(2 * HEARTBEAT_EVERY_S)
    assert bench.registry.beats[-1] == ("w1", 50 / (2 * HEARTBEAT_EVERY_S))
    assert bench.rounds.published == 0


def test_a_camera_that_came_meanwhile_is_served_after_the_next_heartbeat(bench: Bench) -> None:
    bench.registry.known = []
    bench.after(HEARTBEAT_EVERY_S)
    assert bench.rota.streams == []


def test_sweeping_goes_on_between_heartbeats(bench: Bench) -> None:
    bench.after(SWEEP_EVERY_S)
    bench.after(SWEEP_EVERY_S / 2)
    bench.after(SWEEP_EVERY_S / 2)
    assert bench.streams.sweepers == ["w1"] * 3


def test_what_a_sweep_gave_up_is_said(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    bench.streams.swept = Swept(abandoned=2, stale=0)
    bench.after(SWEEP_EVERY_S)
    assert caplog.messages == ["camera cam1: 2 frames abandoned"]


def test_a_camera_that_cannot_be_swept_is_said_and_the_others_are_swept(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bad = FakeStreams("bad")
    bad.error = WRONG_TYPE
    rota = Rota(lambda camera: bad if camera == "bad" else bench.streams, bench._no_frames)
    rota.set_cameras(["bad", "cam1"])
    bench.rounds._rota = rota
    for _ in range(3):
        bench.after(SWEEP_EVERY_S)
    assert bench.streams.sweepers == ["w1"] * 4
    assert caplog.messages == [f"camera bad cannot be swept: {WRONG_TYPE}"]


def test_a_sweep_that_failed_waits_for_its_next_time(bench: Bench) -> None:
    bench.streams.error = AWAY
    with pytest.raises(type(AWAY)):
        bench.after(SWEEP_EVERY_S)
    bench.after(0)


def test_without_the_broker_the_worker_is_alive_and_not_ready_and_tries_again_at_once(bench: Bench) -> None:
    bench.registry.error = AWAY
    with pytest.raises(type(AWAY)):
        bench.after(HEARTBEAT_EVERY_S)
    assert bench.health.alive()
    assert not bench.health.ready()
    bench.registry.error = None
    bench.rounds.published = 7
    bench.after(0)
    assert len(bench.registry.beats) == 2
    assert bench.health.ready()


def test_a_recording_is_served_from_the_next_heartbeat_until_it_has_left(bench: Bench) -> None:
    bench.registry.recorded = ["rec1"]
    bench.after(HEARTBEAT_EVERY_S)
    assert not bench.recordings.is_empty
    bench.registry.recorded = []
    bench.after(HEARTBEAT_EVERY_S)
    assert bench.recordings.is_empty


def test_counting_adds_to_the_rate(bench: Bench) -> None:
    bench.rounds.count()
    assert bench.rounds.published == 1


def test_the_series_of_a_camera_that_has_left_end_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    removed: list[str] = []
    monkeypatch.setattr(metrics, "remove", removed.append)
    bench = Bench()
    bench.rota.hint(["browser-a"])
    for seconds in (HEARTBEAT_EVERY_S, KEPT_S / 2, KEPT_S / 2, HEARTBEAT_EVERY_S):
        assert removed == []
        bench.after(seconds)
    assert removed == ["browser-a"]
