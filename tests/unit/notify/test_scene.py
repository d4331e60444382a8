from dataclasses import replace

import pytest

from services.notify.events import Event, Kind
from services.notify.scene import (
    CAPTURE_SILENT_S,
    LEFT_AFTER_S,
    SILENT,
    SILENT_AFTER_S,
    Scene,
    after_result,
    after_status,
    after_time,
    begun_again,
)
from shared.entities import Box, CameraState, CameraStatus, Face
from tests import made

S = 1_000_000_000
LIVE = CameraStatus(CameraState.LIVE, "test")
LOST = CameraStatus(CameraState.LOST, "test", error="nobody listens")


def person(track: int | None, expression: str = "neutral", side: int = 20) -> Face:
    return replace(made.face(expression, box=Box(0, 0, side, side)), track=track)


class Bench:
    """A scene, and the events on the way to it."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.n = 0

    def show(self, t: float, *faces: Face, order: int | None = None, n: int | None = None) -> list[Event]:
        self.n = self.n + 1 if n is None else n
        frame = f"{order or int(1000 * t)}-0"
        result = replace(made.result(frame, 1, int(t * S), *faces), n=self.n)
        self.scene, events = after_result(self.scene, "door", result)
        return events

    def wait(self, t: float) -> list[Event]:
        self.scene, events = after_time(self.scene, "door", int(t * S))
        return events

    def status(self, t: float, status: CameraStatus | None, *, absent: bool = True) -> list[Event]:
        self.scene, events = after_status(self.scene, "door", status, int(t * S), absent=absent)
        return events


@pytest.fixture
def bench() -> Bench:
    return Bench()


def kinds(events: list[Event]) -> list[tuple[str, int | None]]:
    return [(event.kind.value, event.track) for event in events]


def test_a_face_that_is_followed_has_appeared_and_one_that_is_not_is_passed_over(bench: Bench) -> None:
    (event,) = bench.show(1, person(7, "happy"), person(None))
    assert (event.kind, event.track, event.expression, event.t) == (Kind.FACE_APPEARED, 7, "happy", S)
    assert (event.previous, event.box, event.faces) == (None, Box(0, 0, 20, 20), 1)


def test_a_face_that_shows_the_same_is_no_news(bench: Bench) -> None:
    bench.show(1, person(7))
    assert bench.show(2, person(7)) == []


def test_another_expression_is_told_once_with_the_one_before(bench: Bench) -> None:
    bench.show(1, person(7))
    (event,) = bench.show(2, person(7, "happy"))
    assert (event.kind, event.previous, event.expression) == (Kind.EXPRESSION_CHANGED, "neutral", "happy")
    assert bench.show(3, person(7, "happy")) == []


def test_a_face_that_is_unsure_for_a_while_has_not_changed(bench: Bench) -> None:
    bench.show(1, person(7, "happy"))
    assert bench.show(2, person(7, "unsure")) == []
    assert bench.scene.faces[7].shown == "unsure"
    assert bench.show(3, person(7, "happy")) == []


def test_the_first_sure_expression_of_a_face_is_a_change_from_none(bench: Bench) -> None:
    (appeared,) = bench.show(1, person(7, "unsure"))
    (changed,) = bench.show(2, person(7, "sad"))
    assert (appeared.expression, changed.previous, changed.expression) == (None, None, "sad")


def test_a_face_that_is_missing_for_a_moment_has_not_left(bench: Bench) -> None:
    bench.show(1, person(7))
    assert bench.show(2) == []
    assert bench.show(3, person(7)) == []


def test_a_face_that_is_missing_for_as_long_as_it_keeps_its_id_has_left_once(bench: Bench) -> None:
    bench.show(1, person(7, "happy"))
    assert bench.show(1 + LEFT_AFTER_S - 0.1) == []
    (event,) = bench.wait(1 + LEFT_AFTER_S)
    assert (event.kind, event.track, event.expression) == (Kind.FACE_LEFT, 7, "happy")
    assert (event.t, event.faces) == (S, 0)
    assert bench.wait(100) == []


def test_a_camera_with_seconds_between_its_frames_loses_nobody(bench: Bench) -> None:
    bench.show(1, person(7))
    assert bench.wait(1 + SILENT_AFTER_S - 0.1) == []
    assert bench.show(10, person(7)) == []


def test_without_results_everybody_has_left(bench: Bench) -> None:
    bench.show(1, person(7), person(8))
    assert kinds(bench.wait(1 + SILENT_AFTER_S)) == [("face_left", 7), ("face_left", 8)]


def test_a_result_that_others_have_overtaken_changes_nothing(bench: Bench) -> None:
    bench.show(2, person(7, "happy"), order=2000)
    assert bench.show(1, person(7, "sad"), person(8), order=1000) == []
    assert bench.show(3, person(7, "happy"), order=3000) == []


def test_when_the_broker_counts_from_the_beginning_all_that_were_there_have_left(bench: Bench) -> None:
    bench.show(1, person(1, "happy"), n=100)
    assert kinds(bench.show(2, person(1), n=1)) == [("face_left", 1), ("face_appeared", 1)]


def test_results_that_were_read_before_are_no_new_life_of_the_broker(bench: Bench) -> None:
    bench.show(1, person(1), n=1)
    bench.show(2, person(1), n=2)
    assert bench.show(1, person(1), n=1) == []
    assert bench.show(3, person(1), n=3) == []


def test_after_a_clock_was_set_back_frames_are_taken_again(bench: Bench) -> None:
    bench.show(100, person(1))
    bench.scene = begun_again(bench.scene)
    assert kinds(bench.show(50, person(1, "happy"))) == [("expression_changed", 1)]


def test_the_largest_face_stays_the_largest_while_another_is_only_a_little_larger(bench: Bench) -> None:
    bench.show(1, person(1, side=20), person(2, side=18))
    assert bench.scene.largest == 1
    bench.show(2, person(1, side=20), person(2, side=22))
    assert bench.scene.largest == 1
    bench.show(3, person(1, side=20), person(2, side=30))
    assert bench.scene.largest == 2


def test_nobody_is_the_largest_when_all_have_left(bench: Bench) -> None:
    bench.show(1, person(1))
    bench.wait(100)
    assert bench.scene.largest is None


def test_a_camera_that_is_lost_is_told_once_with_the_reason_and_when_it_is_back(bench: Bench) -> None:
    assert bench.status(1, LIVE) == []
    (lost,) = bench.status(2, LOST)
    assert (lost.kind, lost.reason, lost.t) == (Kind.CAMERA_LOST, "nobody listens", 2 * S)
    assert bench.status(3, LOST) == []
    assert bench.status(4, CameraStatus(CameraState.OPENING, "test")) == []
    assert kinds(bench.status(5, LIVE)) == [("camera_back", None)]
    assert bench.status(6, LIVE) == []


def test_a_camera_that_is_closed_is_not_lost(bench: Bench) -> None:
    bench.status(1, LIVE)
    assert bench.status(2, CameraStatus(CameraState.IDLE, "test")) == []
    assert bench.status(3, LIVE) == []


def test_a_camera_of_which_capture_says_nothing_is_lost_after_a_while(bench: Bench) -> None:
    assert bench.status(1, None) == []
    assert bench.status(1 + CAPTURE_SILENT_S - 0.1, None) == []
    (lost,) = bench.status(1 + CAPTURE_SILENT_S, None)
    assert lost.reason == SILENT
    assert bench.status(100, None) == []


def test_one_that_capture_does_not_know_and_never_showed_is_not_lost_while_capture_is_there(
    bench: Bench,
) -> None:
    assert bench.status(1, None, absent=False) == []
    assert bench.status(100, None, absent=False) == []
    (lost,) = bench.status(101, None)
    assert lost.reason == SILENT


def test_one_that_capture_has_shown_and_knows_no_more_is_lost(bench: Bench) -> None:
    bench.status(1, LIVE)
    bench.status(2, None, absent=False)
    assert kinds(bench.status(2 + CAPTURE_SILENT_S, None, absent=False)) == [("camera_lost", None)]


def test_capture_that_restarts_loses_no_camera(bench: Bench) -> None:
    bench.status(1, LIVE)
    bench.status(2, None)
    assert bench.status(3, LIVE) == []
    assert bench.status(4, None) == []
    assert bench.status(4 + CAPTURE_SILENT_S - 0.1, None) == []
