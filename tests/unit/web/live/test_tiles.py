import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

import pytest

from services.web.directory import BACK_WITHIN_S
from services.web.hub import Hub
from services.web.live.routes import Listed
from services.web.live.tiles import EMPTY_FOR_S, LIST_EVERY_S, Tiles
from services.web.multipart import OPENING
from services.web.picture import Picture
from tests.unit.web.fakes import World
from tests.unit.web.live.moving import Line, MovingCamera


class Wall:
    """Some cameras and one viewer of all of them."""

    def __init__(self, world: World, hub: Hub, *names: str) -> None:
        self.hub = hub
        self.clock = world.clock
        self.names: Sequence[str] = names
        self.cameras = {name: MovingCamera(world, hub, name) for name in names}
        self.sent: list[tuple[str, Picture]] = []

    def advance(self, seconds: float) -> None:
        self.clock.move(seconds)
        for camera in self.cameras.values():
            camera.advance(0)

    def parts(self, fps: int = 4, line: "WallLine | None" = None) -> Iterator[bytes]:
        tiles = Tiles(
            self.hub,
            fps,
            lambda: self.names,
            lambda camera, picture: self.sent.append((camera, picture)),
            clock=self.clock,
            sleep=self.advance,
        )
        return tiles.to(line or WallLine(self))

    def for_seconds(self, seconds: float, parts: Iterator[bytes]) -> list[bytes]:
        end = self.clock() + seconds
        return list(takewhile(lambda _: self.clock() < end, parts))


class WallLine(Line):
    """A line that takes some time for each part."""

    def __init__(self, wall: Wall, slow_s: float = 0.0, most: int = 1_000_000) -> None:
        super().__init__(next(iter(wall.cameras.values())), 0.0, most)
        self._wall = wall
        self._each_s = slow_s

    def wait_until_taken(self, sent: int) -> bool:
        self._wall.advance(self._each_s)
        return super().wait_until_taken(sent)


@pytest.fixture
def hub(world: World) -> Iterator[Hub]:
    hub = world.hub()
    yield hub
    hub.stop()


def shown(parts: list[bytes]) -> list[tuple[str, int]]:
    """Return camera and frame of each part that is a picture."""
    heads = [re.match(rb"X-Camera: (\w+)\r\n(?:.*\r\n)*?X-Frame-Seq: ([0-9]+)\r\n", part) for part in parts]
    return [(head[1].decode(), int(head[2])) for head in heads if head]


def placeholders(parts: list[bytes]) -> list[str]:
    return [part[10 : part.index(b"\r\n")].decode() for part in parts if b"X-Placeholder: 1\r\n" in part]


def test_each_part_is_the_feed_s_with_the_name_of_its_camera(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a")
    wall.cameras["a"].show(5)
    parts = wall.parts()
    assert next(parts) == OPENING
    picture = wall.cameras["a"].channel.feed.latest()[1]
    assert picture is not None
    assert next(parts) == b"X-Camera: a\r\n" + picture.part


def test_cameras_take_turns_and_each_has_its_rate_and_no_more(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, *"abcdefghijkl")
    for camera in wall.cameras.values():
        camera.expect(*range(1, 200), fps=15)
    seen = shown(wall.for_seconds(10, wall.parts(fps=4)))
    rates = Counter(camera for camera, _ in seen)
    assert set(rates) == set("abcdefghijkl")
    assert all(38 <= number <= 41 for number in rates.values())
    for name in rates:
        mine = [frame for camera, frame in seen if camera == name]
        assert mine == sorted(set(mine))


def test_on_a_slow_line_each_camera_gets_its_turn_and_its_newest(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, *"abcd")
    for camera in wall.cameras.values():
        camera.expect(*range(1, 200), fps=10)
    parts = wall.parts(fps=10, line=WallLine(wall, slow_s=0.2))
    seen = shown(wall.for_seconds(12, parts))
    rates = Counter(camera for camera, _ in seen)
    assert max(rates.values()) - min(rates.values()) <= 1
    name, frame = seen[-1]
    newest = wall.cameras[name].channel.feed.latest()[1]
    assert newest is not None
    assert newest.result.seq - frame <= 4


def test_a_camera_without_a_picture_has_a_placeholder_once_a_second(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a", "b")
    wall.cameras["a"].expect(*range(1, 200), fps=15)
    parts = wall.for_seconds(5.1, wall.parts())
    assert placeholders(parts) == ["b"] * 5
    assert len(shown(parts)) > 15


def test_pictures_that_were_sent_are_told_and_placeholders_are_not(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a", "b")
    wall.cameras["a"].show(5)
    wall.for_seconds(2, wall.parts())
    assert [(camera, picture.result.seq) for camera, picture in wall.sent] == [("a", 5)]


def test_cameras_that_come_appear_and_those_that_go_are_left(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a", "b")
    wall.names = ["a"]
    parts = wall.parts()
    next(parts)
    assert set(placeholders(wall.for_seconds(1.5, parts))) == {"a"}
    wall.names = ["b"]
    wall.for_seconds(LIST_EVERY_S, parts)
    assert set(placeholders(wall.for_seconds(2, parts))) == {"b"}
    assert hub.viewers() == {"a": 0, "b": 1}


def test_a_broker_that_was_away_for_long_takes_no_tile_when_it_is_back(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a")
    directory = world.directory()
    world.add_camera("a")
    tiles = Tiles(hub, 4, Listed(directory.names), lambda *_: None, clock=wall.clock, sleep=wall.advance)
    parts = tiles.to(WallLine(wall))
    wall.for_seconds(LIST_EVERY_S, parts)
    world.away = True
    wall.for_seconds(LIST_EVERY_S + BACK_WITHIN_S, parts)
    world.away = False
    world.statuses.clear()
    wall.for_seconds(LIST_EVERY_S, parts)
    assert hub.viewers() == {"a": 1}
    assert set(placeholders(wall.for_seconds(1.5, parts))) == {"a"}


def test_a_viewer_counts_for_each_camera_until_it_leaves(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a", "b")
    parts = wall.parts()
    assert hub.viewers() == {"a": 0, "b": 0}
    next(parts)
    next(parts)
    assert hub.viewers() == {"a": 1, "b": 1}
    parts.close()  # type: ignore[attr-defined]  # a generator has it
    assert hub.viewers() == {"a": 0, "b": 0}


def test_a_viewer_that_takes_nothing_any_longer_is_left(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a")
    wall.cameras["a"].expect(*range(1, 200), fps=15)
    assert len(list(wall.parts(line=WallLine(wall, most=3)))) == 4
    assert hub.viewers() == {"a": 0}


def test_an_answer_without_a_camera_ends_after_some_seconds(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a")
    wall.names = []
    began = world.clock()
    assert list(wall.parts()) == [OPENING]
    assert world.clock() - began >= EMPTY_FOR_S


def test_when_the_service_stops_the_answer_ends(world: World, hub: Hub) -> None:
    wall = Wall(world, hub, "a")
    parts = wall.parts()
    next(parts)
    next(parts)
    hub.stop()
    assert list(parts) == []
