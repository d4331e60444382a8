import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest

from services.web.ordering import Account, Ordering
from services.web.picture import Picture
from services.web.reading import Reader
from shared.errors import BrokerRefused, BrokerUnreachable
from shared.streams import Entry
from tests.unit.web.fakes import NOW_NS, World, result


class Reading:
    def __init__(self) -> None:
        self.world = World()
        self.results = self.world.results("cam")
        self.account = Account()
        self.shown: list[Picture] = []
        clock = self.world.clock
        self.reader = Reader(
            self.world.source("cam"), Ordering(self.account, clock), self.shown.append, clock
        )

    def frames(self) -> list[int]:
        return [picture.result.seq for picture in self.shown]


def test_a_reader_begins_with_the_newest_result() -> None:
    reading = Reading()
    reading.results.add(result(1), result(2), result(3))
    reading.reader.step()
    assert reading.frames() == [3]


def test_a_reader_does_not_show_an_old_result_as_live() -> None:
    reading = Reading()
    reading.results.add(result(1, t=NOW_NS - 5_000_000_000))
    reading.reader.step()
    assert reading.frames() == []
    assert reading.account == Account()


def test_a_reader_goes_on_behind_the_last_entry() -> None:
    reading = Reading()
    reading.results.add(result(1))
    reading.reader.step()
    reading.results.add(result(2), result(3))
    reading.reader.step()
    assert reading.frames() == [1, 3]
    assert reading.account == Account(read=3, shown=2, late=1)


def test_a_picture_knows_how_old_its_frame_was_when_it_came() -> None:
    reading = Reading()
    reading.results.add(result(1, t=NOW_NS - 40_000_000))
    reading.reader.step()
    assert reading.shown[0].latency_ns == 40_000_000


def test_the_same_broker_after_an_interruption_is_read_on_where_it_was_left() -> None:
    reading = Reading()
    reading.results.add(result(1))
    reading.reader.step()
    reading.results.away = True
    with pytest.raises(BrokerUnreachable):
        reading.reader.step()
    reading.results.away = False
    reading.results.add(result(2), result(5))
    reading.reader.step()
    assert reading.account == Account(read=5, shown=2, late=1, trimmed=2)


def test_a_broker_that_restarted_empty_is_read_from_its_newest_result_and_nothing_counts_as_trimmed() -> None:
    reading = Reading()
    reading.results.add(result(500))
    reading.reader.step()
    reading.results.away = True
    with pytest.raises(BrokerUnreachable):
        reading.reader.step()
    reading.results.away = False
    reading.world.life = "second"
    reading.results.entries.clear()
    reading.results.add(result(700, n=3))
    reading.reader.step()
    assert reading.frames() == [500, 700]
    assert reading.account == Account(read=2, shown=2)


def test_a_stream_whose_ids_went_back_is_read_from_its_newest_result() -> None:
    reading = Reading()
    reading.results.add(result(500))
    reading.reader.step()
    reading.results.entries.clear()
    reading.results.add(result(20))
    reading.reader.step()
    assert reading.frames() == [500, 20]


def test_an_entry_that_cannot_be_decoded_is_counted_and_logged_and_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reading = Reading()
    reading.results.add(result(1))
    reading.reader.step()
    reading.results.entries.append(Entry("2-0", {b"v": b"1"}))
    reading.results.add(result(3))
    with caplog.at_level(logging.WARNING):
        reading.reader.step()
    assert reading.frames() == [1, 3]
    assert reading.account == Account(read=2, shown=2, undecodable=1)
    assert "2-0" in caplog.text


def test_a_reader_that_begins_with_an_undecodable_result_goes_on() -> None:
    reading = Reading()
    reading.results.entries.append(Entry("1-0", {b"v": b"9"}))
    reading.reader.step()
    reading.results.add(result(2))
    reading.reader.step()
    assert reading.frames() == [2]


def test_what_comes_when_a_reader_has_ended_is_left_to_its_successor() -> None:
    reading, stop = Reading(), Event()
    reading.results.add(result(1))

    def end_while_reading(step: Callable[[], object], stop: Event) -> None:
        step()
        reading.results.add(result(2))
        stop.set()
        step()

    source = replace(reading.world.source("cam"), repeat=end_while_reading)
    Reader(source, Ordering(reading.account), reading.shown.append).run(stop)
    assert reading.frames() == [1]
    assert reading.account == Account(read=1, shown=1)


def test_a_broker_that_refuses_does_not_end_the_reader() -> None:
    world, stop = World(), Event()
    tries = []

    def refuse(_step: object, _stop: Event) -> None:
        tries.append(1)
        stop.set()
        raise BrokerRefused("wrong password")

    source = world.source("cam")
    refusing = replace(source, repeat=refuse)
    Reader(refusing, Ordering(Account()), print).run(stop)
    assert tries == [1]
