from collections.abc import Sequence
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from services.notify.events import Event, Kind
from services.notify.memory import encode_scene
from services.notify.reading import BLOCK_MS
from services.notify.scene import Known, Scene
from services.notify.watcher import KEEP_EVERY_S, Place, Watcher
from shared.entities import CameraState, CameraStatus, Face
from shared.entries import result_fields
from shared.streams import Entry
from shared.telling import Told
from tests import made
from tests.fakes import AWAY, WRONG_TYPE, Ticker, Waits

S = 1_000_000_000
START = 1_700_000_000


def person(track: int, expression: str = "neutral") -> Face:
    return replace(made.face(expression), track=track)


class FakeResults:
    """A stream of results in memory."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.asked: list[str] = []
        self.error: Exception | None = None

    def show(self, t: float, *faces: Face) -> None:
        ms = int((START + t) * 1000)
        result = made.result(f"{ms}-0", 1, ms * 1_000_000, *faces)
        fields = result_fields(result) | {"n": str(len(self.entries) + 1)}
        self.entries.append(Entry(f"{ms}-1", {name.encode(): _raw(value) for name, value in fields.items()}))

    def newest_result(self) -> Entry | None:
        if self.error is not None:
            raise self.error
        return self.entries[-1] if self.entries else None

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        assert block_ms == BLOCK_MS
        if self.error is not None:
            raise self.error
        self.asked.append(last_id)
        key = [int(part) for part in last_id.split("-")]
        return [entry for entry in self.entries if [int(part) for part in entry.id.split("-")] > key]


class FakeTelling:
    """What was told, in memory; a term other than the newest is refused."""

    def __init__(self) -> None:
        self.told = Told(0, b"")
        self.newest = 0
        self.writes = 0
        self.away = False
        self.answers = True

    def claim(self, term: int) -> Told | None:
        if term < self.newest:
            return None
        self.newest = term
        return self.told

    def write(self, term: int, told: Told) -> bool:
        if self.away:
            raise AWAY
        if term < self.newest or told.version != self.told.version + 1:
            return False
        self.told = told
        self.writes += 1
        if not self.answers:
            raise AWAY
        return True


class Bench:
    """A watcher and what it is given."""

    def __init__(self, telling: FakeTelling | None = None, results: FakeResults | None = None) -> None:
        self.results = results or FakeResults()
        self.telling = telling or FakeTelling()
        self.status: CameraStatus | None = CameraStatus(CameraState.LIVE, "test")
        self.captures = False
        self.mistake: Exception | None = None
        self.term: int | None = 1
        self.now = 0.0
        self.looks = 0
        self.told: list[Event] = []
        self.scenes: list[Scene] = []
        self.ticker = Ticker()
        self.stop = Waits()
        place = Place(
            results=self.results,
            status=lambda: self.status,
            captures=lambda: self.captures,
            look=self._look,
            telling=self.telling,
            now=lambda: int((START + self.now) * S),
        )
        self.watcher = Watcher(
            "door",
            place,
            term=lambda: self.term,
            tell=self._tell,
            show=self._show,
            monotonic=self.ticker,
        )

    def step(self) -> list[tuple[Kind, str | None]]:
        """Let a second pass, and return what was told."""
        self.now += 1
        self.ticker.now += 1
        self.told.clear()
        self.watcher.step(self.stop)
        return [(event.kind, event.expression) for event in self.told]

    def _look(self) -> None:
        self.looks += 1

    def _tell(self, events: Sequence[Event]) -> None:
        self.told += events

    def _show(self, scene: Scene) -> None:
        self.scenes.append(scene)
        if self.mistake is not None:
            mistake, self.mistake = self.mistake, None
            raise mistake


def test_a_leader_tells_changes_and_looks_at_the_camera() -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1.5, person(7))
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]
    bench.results.show(2.5, person(7, "happy"))
    assert bench.step() == [(Kind.EXPRESSION_CHANGED, "happy")]
    assert bench.looks == 3
    assert bench.scenes[-1].faces[7].said == "happy"


def test_one_that_does_not_lead_rests_and_reads_nothing() -> None:
    bench = Bench()
    bench.term = None
    bench.step()
    assert (bench.looks, bench.results.asked) == (0, [])
    assert len(bench.stop.waits) == 1


def test_what_was_shown_long_before_it_began_is_no_news() -> None:
    bench = Bench()
    bench.results.show(0.1, person(6))
    bench.results.show(0.2, person(7))
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]
    assert list(bench.scenes[-1].faces) == [7]


def test_a_next_leader_goes_on_where_the_one_before_ended() -> None:
    first = Bench()
    first.step()
    first.results.show(1.5, person(7))
    first.step()
    second = Bench(first.telling, first.results)
    second.now, second.term = first.now, 2
    second.results.show(2.5, person(7, "happy"))
    assert second.step() == [(Kind.EXPRESSION_CHANGED, "happy")]
    first.results.show(3.5, person(7, "sad"))
    assert first.step() == []
    assert second.step() == [(Kind.EXPRESSION_CHANGED, "sad")]


def test_a_change_that_is_anothers_to_tell_is_not_told() -> None:
    bench = Bench()
    bench.step()
    bench.telling.newest = 2
    bench.results.show(1.5, person(7))
    assert bench.step() == []
    assert bench.step() == []
    bench.term = 3
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]


def test_a_change_that_could_not_be_kept_is_told_when_the_broker_is_back() -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1.5, person(7))
    bench.telling.away = True
    with pytest.raises(type(AWAY)):
        bench.step()
    bench.telling.away = False
    bench.results.show(2.5, person(7))
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]


def test_after_the_broker_forgot_everything_nobody_appears_again() -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1.5, person(7))
    bench.step()
    bench.telling.told, bench.term = Told(0, b""), 2
    bench.results.show(2.5, person(7, "happy"))
    assert bench.step() == [(Kind.EXPRESSION_CHANGED, "happy")]


def test_what_was_told_and_cannot_be_read_is_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.telling.told = Told(3, b"nonsense")
    bench.results.show(0.5, person(7))
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]
    assert "it begins again" in caplog.text


def test_what_was_told_is_kept_now_and_then_although_nothing_changes() -> None:
    bench = Bench()
    for _ in range(int(2 * KEEP_EVERY_S)):
        bench.step()
    assert bench.telling.writes == 2


def test_a_result_that_cannot_be_decoded_is_passed_over_and_said(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.step()
    bench.results.entries.append(Entry(f"{START}500-0", {b"v": b"99"}))
    bench.results.show(1.5, person(7))
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]
    assert "is passed over" in caplog.text


def test_a_camera_that_is_lost_is_told() -> None:
    bench = Bench()
    bench.step()
    bench.status = CameraStatus(CameraState.LOST, "test", error="gone")
    assert bench.step() == [(Kind.CAMERA_LOST, None)]


@pytest.mark.parametrize(("captures", "told"), [(True, []), (False, [(Kind.CAMERA_LOST, None)])])
def test_a_camera_that_capture_never_spoke_of_is_lost_only_where_capture_speaks_of_none(
    captures: bool, told: list[tuple[Kind, str | None]]
) -> None:
    bench = Bench()
    bench.status, bench.captures = None, captures
    changes = [change for _ in range(10) for change in bench.step()]
    assert changes == told


def test_a_stream_that_began_again_is_read_again() -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1000, person(7))
    bench.step()
    bench.results.entries.clear()
    bench.results.show(20, person(7, "happy"))
    bench.now = 2000
    bench.step()
    bench.telling.told = Told(
        bench.telling.told.version, encode_scene(Scene(faces={7: Known("neutral", "neutral", 1, 1)}))
    )
    bench.step()
    assert bench.results.asked[-1] == "0-0"


def test_a_write_whose_answer_was_lost_is_told_once() -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1.5, person(7))
    bench.telling.answers = False
    with pytest.raises(type(AWAY)):
        bench.step()
    bench.telling.answers = True
    assert bench.step() == [(Kind.FACE_APPEARED, "neutral")]
    assert bench.step() == []
    bench.results.show(4.5, person(7, "happy"))
    assert bench.step() == [(Kind.EXPRESSION_CHANGED, "happy")]


def test_results_that_were_gone_before_they_were_read_are_counted() -> None:
    bench = Bench()
    bench.step()
    for t in (1.1, 1.2, 1.3, 1.4, 1.5):
        bench.results.show(t, person(7))
    del bench.results.entries[1:3]
    before = REGISTRY.get_sample_value("mien_notify_results_missed_total", {"camera": "door"}) or 0.0
    bench.step()
    assert REGISTRY.get_sample_value("mien_notify_results_missed_total", {"camera": "door"}) == before + 2


@pytest.mark.parametrize("error", [AWAY, WRONG_TYPE, RuntimeError("nobody thought of it")])
def test_it_runs_on_whatever_happens_until_it_is_stopped(error: Exception) -> None:
    bench = Bench()
    stop = Waits(most=3)
    bench.results.error = error
    bench.watcher.run(stop)
    assert len(stop.waits) == 3


def test_a_mistake_costs_a_moment_and_what_was_told_before_it_is_not_told_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    bench.step()
    bench.results.show(1.5, person(7))
    bench.mistake = RuntimeError("no such thing")
    bench.watcher.run(Waits(most=1))
    assert [event.kind for event in bench.told] == [Kind.FACE_APPEARED]
    assert "something is wrong" in caplog.text
    bench.results.show(2.5, person(7, "happy"))
    assert bench.step() == [(Kind.EXPRESSION_CHANGED, "happy")]


def _raw(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
