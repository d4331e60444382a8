import re
from collections.abc import Iterator
from itertools import takewhile

import pytest

from services.web.hub import Hub
from services.web.live.asked import EventsAsked
from services.web.live.board import OPENING, Board
from services.web.live.events import WHOLE_BYTES, Events, filled
from services.web.live.recent import KEPT_S
from tests.unit.web.fakes import World
from tests.unit.web.live.moving import Line, MovingCamera


class Reading:
    """One reader of a camera's events."""

    def __init__(self, world: World, hub: Hub) -> None:
        self.hub = hub
        self.camera = MovingCamera(world, hub)
        self.told: list[tuple[int, int]] = []

    def events(self, rate: int = 10, last_id: str | None = None, line: Line | None = None) -> Iterator[bytes]:
        camera = self.camera
        events = Events(
            camera.channel,
            Board(self.hub, camera.channel, camera.clock),
            EventsAsked(rate, last_id=last_id),
            lambda sent, passed_over: self.told.append((sent, passed_over)),
            clock=camera.clock,
            sleep=camera.advance,
        )
        return events.to(line or Line(camera))

    def for_seconds(self, seconds: float, messages: Iterator[bytes]) -> bytes:
        """Return what comes in so many seconds."""
        end = self.camera.clock() + seconds
        return b"".join(takewhile(lambda _: self.camera.clock() < end, messages))


@pytest.fixture
def reading(world: World) -> Iterator[Reading]:
    hub = world.hub()
    yield Reading(world, hub)
    hub.stop()


def frames(said: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"\nid: ([0-9]+)-0\n", said)]


def test_who_comes_gets_the_newest_result_at_once_and_each_newer_one(reading: Reading) -> None:
    reading.camera.show(1, 2, 3)
    reading.camera.expect(4, 5, fps=5)
    messages = reading.events()
    first = next(messages)
    assert first.startswith(OPENING)
    assert frames(first) == [3]
    assert frames(reading.for_seconds(1, messages)) == [4, 5]
    assert reading.told == [(1, 0)] * 3


def test_a_result_that_is_no_longer_live_is_not_sent_to_one_who_comes(reading: Reading) -> None:
    reading.camera.show(1)
    reading.camera.advance(5)
    assert next(reading.events()) == OPENING


def test_results_come_no_oftener_than_asked_and_what_is_passed_over_is_told(reading: Reading) -> None:
    reading.camera.expect(*range(1, 301), fps=30)
    seen = frames(reading.for_seconds(10, reading.events(rate=10)))
    assert 95 <= len(seen) <= 101
    assert seen == sorted(seen)
    sent, passed_over = (sum(column) for column in zip(*reading.told, strict=True))
    assert sent + passed_over == reading.camera.channel.feed.latest()[0]


def test_a_slow_reader_gets_fewer_results_and_never_old_ones(reading: Reading) -> None:
    reading.camera.expect(*range(1, 151), fps=15)
    messages = reading.events(rate=30, line=Line(reading.camera, slow_s=0.5))
    ages = []
    for message in takewhile(lambda _: reading.camera.clock() < 1009.0, messages):
        ages += [float(age) for age in re.findall(rb'"age_ms":([0-9.]+)} *\n', message)]
    assert 7 <= len(ages) <= 20
    assert max(ages) < 40 + 1000 / 15 + 1


def test_a_status_comes_each_second_whatever_else_does(reading: Reading) -> None:
    assert reading.for_seconds(10, reading.events()).count(b"event: status\n") == 10
    reading.camera.expect(*range(1, 301), fps=30)
    assert reading.for_seconds(10, reading.events(rate=30)).count(b"event: status\n") == 10


def test_who_comes_back_gets_what_it_missed_in_order_and_then_what_is_new(reading: Reading) -> None:
    reading.camera.show(1)
    for frame in (2, 3, 4):
        reading.camera.advance(0.2)
        reading.camera.show(frame)
    reading.camera.expect(5, fps=2)
    messages = reading.events(last_id="1-0")
    assert frames(next(messages)) == [2, 3, 4]
    assert frames(reading.for_seconds(1, messages)) == [5]
    assert reading.told == [(3, 0), (1, 0)]


def test_what_was_missed_is_thinned_to_the_rate_and_the_rest_is_told(reading: Reading) -> None:
    reading.camera.show(1)
    for frame in range(2, 32):
        reading.camera.advance(1 / 30)
        reading.camera.show(frame)
    missed = frames(next(reading.events(rate=10, last_id="1-0")))
    assert (len(missed), missed[-1]) == (10, 31)
    assert reading.told == [(10, 20)]


def test_who_missed_nothing_gets_nothing_twice(reading: Reading) -> None:
    reading.camera.show(1, 2)
    reading.camera.expect(3, fps=2)
    messages = reading.events(last_id="2-0")
    assert next(messages) == OPENING
    assert frames(reading.for_seconds(1, messages)) == [3]


def test_who_was_away_for_too_long_is_told_of_the_gap_and_goes_on_with_the_newest(reading: Reading) -> None:
    reading.camera.show(1)
    reading.camera.advance(KEPT_S + 1)
    reading.camera.show(2, 3)
    said = next(reading.events(last_id="1-0"))
    assert b'event: gap\ndata: {"from":0.001,"until":1700000000.0}\n\nevent: result\nid: 3-0\n' in said
    assert frames(said) == [3]


def test_the_gap_is_told_with_the_first_result_where_there_is_none_yet(reading: Reading) -> None:
    reading.camera.expect(7, fps=2)
    messages = reading.events(last_id="1-0")
    assert next(messages) == OPENING
    said = reading.for_seconds(2, messages)
    assert said.count(b"event: gap\n") == 1
    assert said.index(b"event: gap\n") < said.index(b"id: 7-0\n")


def test_a_reader_that_takes_nothing_any_longer_is_left(reading: Reading) -> None:
    reading.camera.expect(*range(1, 100))
    line = Line(reading.camera, most=3)
    assert len(list(reading.events(line=line))) == 4
    assert len(line.sizes) == 3


def test_when_the_feed_ends_the_events_do(reading: Reading) -> None:
    messages = reading.events()
    next(messages)
    reading.camera.channel.end()
    assert list(messages) == []


def test_each_message_is_a_whole_size_so_that_a_reader_that_stops_is_seen_to_stop(reading: Reading) -> None:
    reading.camera.show(1)
    reading.camera.expect(2, 3, fps=5)
    messages = reading.events()
    seen = [next(messages) for _ in range(4)]
    assert {len(message) % WHOLE_BYTES for message in seen} == {0}
    assert all(len(message) for message in seen)


def test_a_message_is_filled_up_behind_its_json() -> None:
    message = b'event: status\ndata: {"broker":true}\n\n'
    made = filled(message)
    assert len(made) == WHOLE_BYTES
    assert made.rstrip() == message.rstrip()
    assert made.endswith(b" \n\n")
    assert filled(made[:-3] + b"}\n\n") == made[:-3] + b"}\n\n"


def test_a_message_without_json_stays_as_it_is() -> None:
    assert filled(OPENING) == OPENING
    assert filled(b"") == b""
