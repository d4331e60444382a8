import logging

import pytest

from services.inference import rota as module
from services.inference.rota import Rota
from shared.logs import Seldom
from shared.streams import CameraStreams, Taken
from tests.fakes import AWAY, WRONG_TYPE, FakeStreams

FRAME = Taken("1-0", {})


class Cameras:
    """Cameras that have frames or not, and a rota over them that notes whom it asked."""

    def __init__(self) -> None:
        self.with_frames: set[str] = set()
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.rota = Rota(FakeStreams, self._take)

    def _take(self, streams: CameraStreams) -> Taken | None:
        self.asked.append(streams.camera)
        if streams.camera in self.errors:
            raise self.errors[streams.camera]
        return FRAME if streams.camera in self.with_frames else None

    def turns(self, number: int) -> list[str | None]:
        """Take so many turns; a camera with frames has a new one ahead of each."""
        return [self._turn() for _ in range(number)]

    def _turn(self) -> str | None:
        self.rota.hint(self.with_frames & {streams.camera for streams in self.rota.streams})
        taken = self.rota.next()
        return None if taken is None else taken[0].camera


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(module, "seldom", Seldom(logging.getLogger(module.__name__)))


@pytest.fixture
def cameras() -> Cameras:
    cameras = Cameras()
    cameras.rota.set_cameras(["a", "b", "c"])
    return cameras


def test_without_cameras_there_is_no_frame() -> None:
    assert Cameras().rota.next() is None


def test_busy_cameras_take_turns(cameras: Cameras) -> None:
    cameras.with_frames = {"a", "b", "c"}
    assert cameras.turns(7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_a_frame_comes_with_its_cameras_streams(cameras: Cameras) -> None:
    cameras.with_frames = {"b"}
    taken = cameras.rota.next()
    assert taken is not None
    assert (taken[0].camera, taken[1]) == ("b", FRAME)


def test_a_camera_without_frames_is_not_asked_again_until_it_is_hinted(cameras: Cameras) -> None:
    cameras.with_frames = {"a"}
    cameras.turns(4)
    assert cameras.asked.count("b") == 1
    cameras.rota.hint(["b"])
    cameras.turns(2)
    assert cameras.asked.count("b") == 2


def test_a_camera_whose_newest_frame_was_taken_is_not_asked_again_until_it_is_hinted(
    cameras: Cameras,
) -> None:
    cameras.with_frames = {"a"}
    cameras.rota.next()
    cameras.rota.next()
    cameras.rota.next()
    assert cameras.asked.count("a") == 1


def test_without_frames_anywhere_each_camera_is_asked_once(cameras: Cameras) -> None:
    assert cameras.turns(3) == [None, None, None]
    assert cameras.asked == ["a", "b", "c"]


def test_a_quiet_camera_that_is_hinted_gets_the_next_turn_but_one_at_most(cameras: Cameras) -> None:
    cameras.with_frames = {"a", "b"}
    cameras.turns(5)
    cameras.with_frames.add("c")
    cameras.rota.hint(["c"])
    assert "c" in cameras.turns(3)


def test_a_hinted_camera_that_is_unknown_is_served_from_then_on(cameras: Cameras) -> None:
    cameras.with_frames = {"new"}
    cameras.rota.hint(["new"])
    assert cameras.turns(1) == ["new"]
    assert [streams.camera for streams in cameras.rota.streams] == ["a", "b", "c", "new"]


def test_a_removed_camera_is_not_asked_again(cameras: Cameras) -> None:
    cameras.with_frames = {"a", "b", "c"}
    cameras.rota.set_cameras(["a", "c"])
    assert cameras.turns(4) == ["a", "c", "a", "c"]
    assert [streams.camera for streams in cameras.rota.streams] == ["a", "c"]


def test_a_camera_that_comes_back_has_one_turn_as_before(cameras: Cameras) -> None:
    cameras.with_frames = {"a", "b", "c"}
    cameras.rota.set_cameras(["a", "c"])
    cameras.rota.set_cameras(["a", "b", "c"])
    assert sorted(str(camera) for camera in cameras.turns(6)) == ["a", "a", "b", "b", "c", "c"]


def test_a_camera_that_stays_keeps_its_streams(cameras: Cameras) -> None:
    before = cameras.rota.streams[0]
    cameras.rota.set_cameras(["a"])
    assert cameras.rota.streams == [before]


def test_a_new_list_of_cameras_asks_each_again_for_wake_ups_can_be_lost(cameras: Cameras) -> None:
    cameras.turns(1)
    cameras.rota.set_cameras(["a", "b", "c"])
    cameras.turns(1)
    assert cameras.asked == ["a", "b", "c"] * 2


def test_a_wrong_camera_id_from_the_broker_is_passed_over(
    cameras: Cameras, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    cameras.rota.hint(["Not:valid"])
    cameras.rota.set_cameras(["a", ""])
    assert [streams.camera for streams in cameras.rota.streams] == ["a"]
    assert "'Not:valid', which is no valid id" in caplog.text


def test_a_camera_for_which_the_broker_answers_with_an_error_is_said_and_the_others_are_served(
    cameras: Cameras, caplog: pytest.LogCaptureFixture
) -> None:
    cameras.with_frames = {"b", "c"}
    cameras.errors = {"a": WRONG_TYPE}
    assert cameras.turns(4) == ["b", "c", "b", "c"]
    assert cameras.asked.count("a") == 1
    assert caplog.messages == [f"camera a is passed over: {WRONG_TYPE}"]


def test_a_camera_that_was_passed_over_is_asked_again_when_it_is_hinted(cameras: Cameras) -> None:
    cameras.with_frames = {"a"}
    cameras.errors = {"a": WRONG_TYPE}
    cameras.turns(1)
    cameras.errors = {}
    cameras.rota.hint(["a"])
    assert cameras.turns(1) == ["a"]


def test_an_error_of_the_broker_reaches_the_worker_and_the_camera_keeps_its_hint() -> None:
    outcomes: list[Taken | Exception] = [AWAY, FRAME]

    def take(_streams: CameraStreams) -> Taken:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    rota = Rota(FakeStreams, take)
    rota.set_cameras(["a"])
    with pytest.raises(type(AWAY)):
        rota.next()
    assert rota.next() is not None


def test_cameras_at_work_are_those_that_gave_a_frame_lately() -> None:
    now = [100.0]
    rota = Rota(FakeStreams, lambda _: FRAME, lambda: now[0])
    rota.set_cameras(["a", "b", "c"])
    assert rota.at_work() == 0
    rota.next()
    now[0] += module.AT_WORK_S / 2
    rota.next()
    assert rota.at_work() == 2
    now[0] += module.AT_WORK_S / 2
    assert rota.at_work() == 1
    rota.set_cameras(["c"])
    assert rota.at_work() == 0
