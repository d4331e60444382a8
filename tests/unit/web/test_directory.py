from collections.abc import Sequence

import pytest

from services.web.directory import BACK_WITHIN_S, NEWEST_FOR_S, Directory
from shared.entities import CameraState
from shared.errors import BrokerErrorReply, BrokerUnreachable, EntryError
from shared.registry import FORGOTTEN_AFTER_S
from shared.streams import Entry
from tests.unit.web.fakes import NOW_NS, Results, World, result


def test_a_camera_is_listed_with_its_status_and_the_age_of_its_newest_result(world: World) -> None:
    world.add_camera("cam").add(result(1, t=NOW_NS - 250_000_000))
    [camera] = world.directory().cameras()
    assert (camera.id, camera.state, camera.width, camera.height, camera.fps) == (
        "cam",
        "live",
        640,
        480,
        15.0,
    )
    assert camera.frame_age_ms == 250


def test_a_camera_without_results_has_no_age(world: World) -> None:
    world.add_camera("cam")
    [camera] = world.directory().cameras()
    assert camera.frame_age_ms is None


def test_a_status_that_cannot_be_decoded_does_not_break_the_list(world: World) -> None:
    world.add_camera("a")
    world.add_camera("b")
    world.statuses["a"] = EntryError("entry without field 'state'")
    assert [(row.id, row.state) for row in world.directory().cameras()] == [("a", "unknown"), ("b", "live")]


def test_a_result_that_cannot_be_decoded_does_not_break_the_list(world: World) -> None:
    world.add_camera("cam").entries.append(Entry("1-0", {}))
    assert world.directory().cameras()[0].frame_age_ms is None


def test_the_newest_picture_is_not_fetched_again_for_every_list(world: World) -> None:
    world.add_camera("cam").add(result(1))
    fetched: list[str] = []

    def results(camera: str) -> Results:
        fetched.append(camera)
        return world.results(camera)

    directory = Directory(world, world, world.clock, results, world.newest, monotonic=world.clock)
    directory.cameras()
    world.clock.move(NEWEST_FOR_S / 2)
    assert directory.cameras()[0].frame_age_ms == NEWEST_FOR_S / 2 * 1000
    assert fetched == ["cam"]
    world.results("cam").add(result(2, t=world.clock.now()))
    world.clock.move(NEWEST_FOR_S)
    assert directory.cameras()[0].frame_age_ms == NEWEST_FOR_S * 1000


def test_a_camera_whose_capture_is_silent_is_lost_and_says_why(world: World) -> None:
    world.add_camera("cam")
    world.statuses["cam"] = None
    directory = world.directory()
    assert directory.camera("cam").state == "lost"
    assert "silent" in directory.camera("cam").error


def test_a_camera_that_was_never_there_is_not_there(world: World) -> None:
    assert not world.directory().has("cam")


def test_a_camera_that_capture_is_about_to_name_is_waited_for(world: World) -> None:
    def name_it(_seconds: float) -> None:
        world.add_camera("cam")

    lists = world, world, world.clock, world.results, world.newest
    directory = Directory(*lists, monotonic=world.clock, sleep=name_it)
    assert directory.appears("cam")


def test_a_camera_that_never_comes_is_not_waited_for_without_end(world: World) -> None:
    before = world.clock.seconds
    assert not world.directory().appears("cam")
    assert world.clock.seconds > before


def test_a_camera_is_waited_for_longer_where_the_broker_has_just_come_back(world: World) -> None:
    directory = world.directory()
    world.away = True
    with pytest.raises(BrokerUnreachable):
        directory.has("cam")
    world.away = False
    before = world.clock.seconds
    assert not directory.appears("cam", 0)
    assert world.clock.seconds - before >= BACK_WITHIN_S


def test_a_camera_is_still_there_while_it_makes_itself_known_again(world: World) -> None:
    world.add_camera("cam")
    directory = world.directory()
    assert directory.has("cam")
    world.statuses.clear()
    assert directory.has("cam")
    world.clock.move(FORGOTTEN_AFTER_S + 1)
    assert not directory.has("cam")


def test_a_broker_that_has_just_restarted_empties_no_list(world: World) -> None:
    world.add_camera("b")
    world.add_camera("a")
    directory = world.directory()
    directory.cameras()
    world.statuses.clear()
    world.add_camera("c")
    assert directory.names() == ["a", "b", "c"]
    assert [(row.id, row.state) for row in directory.cameras()] == [
        ("a", "lost"),
        ("b", "lost"),
        ("c", "live"),
    ]
    world.clock.move(BACK_WITHIN_S)
    assert directory.names() == ["c"]


@pytest.mark.parametrize("away_s", [BACK_WITHIN_S * 2, FORGOTTEN_AFTER_S * 2])
def test_a_broker_that_was_away_for_long_empties_no_list_when_it_is_back(world: World, away_s: float) -> None:
    world.add_camera("cam")
    directory = world.directory()
    directory.names()
    world.away = True
    with pytest.raises(BrokerUnreachable):
        directory.names()
    world.clock.move(away_s)
    world.statuses.clear()
    world.away = False
    assert directory.has("cam")
    world.clock.move(BACK_WITHIN_S / 2)
    assert directory.names() == ["cam"]
    world.clock.move(BACK_WITHIN_S / 2)
    assert directory.names() == []


def test_a_broker_that_is_interrupted_again_and_again_empties_no_list(world: World) -> None:
    world.add_camera("cam")
    directory = world.directory()
    directory.names()
    world.statuses.clear()
    for _ in range(3):
        world.away = True
        with pytest.raises(BrokerUnreachable):
            directory.names()
        world.clock.move(BACK_WITHIN_S * 2)
        world.away = False
        assert directory.names() == ["cam"]


def test_a_camera_that_is_forgotten_does_not_come_back_with_the_broker(world: World) -> None:
    world.add_camera("cam")
    directory = world.directory()
    directory.names()
    world.away = True
    with pytest.raises(BrokerUnreachable):
        directory.names()
    directory.forget("cam")
    world.statuses.clear()
    world.away = False
    assert directory.names() == []


def test_a_camera_that_was_there_is_there_while_the_broker_is_away(world: World) -> None:
    world.add_camera("cam")
    directory = world.directory()
    directory.has("cam")
    world.away = True
    assert directory.has("cam")
    with pytest.raises(BrokerUnreachable):
        directory.has("other")


@pytest.mark.parametrize(
    ("state", "viewers", "age_s", "ready"),
    [
        (CameraState.LIVE, 1, 0.1, True),
        (CameraState.LIVE, 1, 6.0, False),
        (CameraState.OPENING, 1, None, False),
        (CameraState.LIVE, 0, 6.0, True),
        (CameraState.IDLE, 0, None, True),
        (CameraState.LOST, 1, None, True),
    ],
)
def test_ready_means_that_each_open_camera_that_is_watched_is_fresh(
    world: World, state: CameraState, viewers: int, age_s: float | None, ready: bool
) -> None:
    results = world.add_camera("cam", state)
    if age_s is not None:
        results.add(result(1, t=NOW_NS - round(age_s * 1e9)))
    world.look("cam", "web", viewers)
    assert world.directory().ready() is ready


def test_the_names_of_the_cameras_can_be_had_alone(world: World) -> None:
    world.add_camera("b")
    world.add_camera("a")
    assert world.directory().names() == ["a", "b"]


def test_the_age_of_a_result_that_is_shown_live_is_known_without_asking(world: World) -> None:
    world.add_camera("cam")
    world.live["cam"] = NOW_NS - 70_000_000

    def results(camera: str) -> Results:
        raise AssertionError(f"the results of {camera} were asked for")

    directory = Directory(world, world, world.clock, results, world.newest, monotonic=world.clock)
    assert directory.cameras()[0].frame_age_ms == 70


class Spoilt(World):
    """A world with a key of another type."""

    def viewers_of(self, cameras: Sequence[str]) -> list[int | BrokerErrorReply]:
        return [BrokerErrorReply("WRONGTYPE") for _ in cameras]


def test_a_key_of_another_type_in_the_list_is_an_error() -> None:
    world = Spoilt()
    world.add_camera("cam")
    with pytest.raises(BrokerErrorReply):
        world.directory().cameras()


def test_a_list_that_is_renewed_is_not_asked_for_again_and_its_ages_go_on(world: World) -> None:
    world.add_camera("cam").add(result(1, t=world.clock.now()))
    directory = world.directory()
    directory.cameras()
    directory.renew()
    world.away = True
    world.clock.move(0.25)
    assert [(row.id, row.frame_age_ms) for row in directory.cameras()] == [("cam", 250)]
