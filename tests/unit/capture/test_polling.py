"""The reader of a source that can be polled, without a thread and without a clock of its own."""

import numpy as np
import pytest

from services.capture.picture import BgrImage
from services.capture.polling import AT_ONCE_NS, CATCH_UP_NS, UNREAD_NS, PollingReader
from services.capture.reading import Captured
from services.capture.sources import PolledSource
from shared.errors import SourceError

MS = 1_000_000


class Clock:
    """Stands still until something takes time."""

    def __init__(self) -> None:
        self.ns = 1_000 * MS

    def __call__(self) -> int:
        return self.ns


class TimedSource:
    """Has its pictures from their times on."""

    fps: float | None = None

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.due: list[tuple[int, int | SourceError]] = []
        self.taken_in: list[int] = []
        self.passed_over = 0
        self.has_begun = False
        self.takes_ns = 0
        self.decoding_ns = 0
        self.closed = False

    def give(self, *pictures: int | SourceError, at_ms: int = 0) -> None:
        """Have pictures, or a loss, from a time on; both in the order in which they are given."""
        self.due += [(at_ms * MS, picture) for picture in pictures]

    def give_without_a_pause(self) -> None:
        """Have a picture every 5 ms, for ten seconds."""
        for place in range(2_000):
            self.give(place % 256, at_ms=1_000 + 5 * place)

    def read(self) -> BgrImage:
        raise AssertionError("a polled source is not waited for")

    def poll(self, timeout_s: float) -> bool:
        until_ns = self.clock.ns + round(timeout_s * 1e9)
        if self.due and self.due[0][0] <= until_ns:
            self.clock.ns = max(self.clock.ns, self.due[0][0])
            return True
        self.clock.ns = until_ns
        return False

    def collect(self) -> bool:
        if not self.due or self.due[0][0] > self.clock.ns:
            return False
        self.clock.ns += self.takes_ns
        given = self.due[0][1]
        if isinstance(given, SourceError):  # A connection that ended stays readable.
            raise given
        self.taken_in.append(given)
        self.due.pop(0)
        return True

    def newest(self) -> BgrImage | None:
        if not self.taken_in:
            return None
        self.passed_over += len(self.taken_in) - 1
        self.clock.ns += self.decoding_ns
        picture = np.full((2, 2, 3), self.taken_in[-1], np.uint8)
        self.taken_in.clear()
        return picture

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(clock: Clock) -> TimedSource:
    return TimedSource(clock)


@pytest.fixture
def reader(source: TimedSource, clock: Clock) -> PollingReader:
    return PollingReader(source, clock)


def taken(reader: PollingReader) -> Captured:
    """Take a picture, which is there or comes in time."""
    captured = reader.take(0.1)
    assert captured is not None
    return captured


def number(captured: Captured) -> int:
    assert isinstance(captured.picture, np.ndarray)
    return int(captured.picture[0, 0, 0])


def test_the_source_is_one_that_can_be_polled(source: TimedSource) -> None:
    assert isinstance(source, PolledSource)


def test_the_newest_picture_is_taken_once_and_those_it_replaced_are_counted(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, 20, 30)

    assert number(taken(reader)) == 30
    assert reader.replaced == 2
    assert reader.take(0.1) is None
    assert reader.replaced == 2


def test_a_picture_that_was_waited_for_has_the_time_at_which_it_came(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, at_ms=1_040)

    assert taken(reader).captured_ns == 1_040 * MS


def test_no_picture_is_waited_for_longer_than_asked(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.give(10, at_ms=1_200)

    assert reader.take(0.1) is None
    assert clock.ns == 1_100 * MS


def test_a_part_of_a_picture_does_not_lengthen_the_wait(reader: PollingReader, clock: Clock) -> None:
    class InPieces(TimedSource):
        """Something comes every 30 ms; it is never a whole picture."""

        def poll(self, timeout_s: float) -> bool:
            clock.ns += min(30 * MS, round(timeout_s * 1e9))
            return timeout_s > 0

    reader = PollingReader(InPieces(clock), clock)

    assert reader.take(0.1) is None
    assert clock.ns == 1_100 * MS


def test_a_picture_that_took_long_to_decode_is_not_called_fresher_for_that(
    source: TimedSource, reader: PollingReader
) -> None:
    source.decoding_ns = 40 * MS
    source.give(10, at_ms=1_040)

    assert taken(reader).captured_ns == 1_040 * MS


def test_a_picture_that_came_while_nobody_asked_is_not_called_fresher_than_it_may_be(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.give(10, at_ms=1_001)
    reader.take(0.1)
    source.give(20, 30, at_ms=1_005)
    clock.ns = 1_012 * MS

    captured = taken(reader)

    assert number(captured) == 30
    assert captured.captured_ns == 1_001 * MS


def test_after_a_pause_what_was_held_back_gives_way_and_is_not_called_fresh(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.give(10, at_ms=1_001)
    reader.take(0.1)
    clock.ns = 6_000 * MS  # The broker hung.
    source.give(20, at_ms=1_034)
    source.give(30, at_ms=6_004)  # The sender could go on as soon as something was read.
    source.give(40, at_ms=6_009)
    source.give(50, at_ms=6_040)

    first, second = taken(reader), taken(reader)

    assert [number(first), number(second)] == [40, 50]
    assert reader.replaced == 2
    assert [first.captured_ns, second.captured_ns] == [1_001 * MS, 6_040 * MS]


def test_after_a_pause_the_rest_of_a_picture_is_waited_for_and_not_called_fresh(
    source: TimedSource, reader: PollingReader, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_in = source.collect

    def half_first() -> bool:
        source.has_begun = clock.ns < 6_040 * MS
        if source.has_begun:
            source.due = [due for due in source.due if due[0] > clock.ns]
            return False
        return taken_in()

    monkeypatch.setattr(source, "collect", half_first)
    clock.ns = 6_000 * MS
    source.give(0, at_ms=1_034)  # Its first half; the rest comes from far away.
    source.give(10, at_ms=6_040)

    captured = taken(reader)

    assert number(captured) == 10
    assert captured.captured_ns == 1_000 * MS


def test_a_pause_in_which_nothing_came_costs_no_time(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    clock.ns = 6_000 * MS
    source.give(10, at_ms=6_003)
    source.give(20, at_ms=6_006)

    captured = taken(reader)

    assert number(captured) == 10
    assert captured.captured_ns == clock.ns == 6_003 * MS


@pytest.mark.parametrize("pause_ms", [60, 500, 5_000])
@pytest.mark.parametrize("half", [False, True])
def test_a_source_that_never_pauses_is_waited_for_no_longer_than_it_was_not_read(
    source: TimedSource, reader: PollingReader, clock: Clock, pause_ms: int, half: bool
) -> None:
    source.has_begun = half
    clock.ns += pause_ms * MS
    began_ns = clock.ns
    source.give_without_a_pause()

    captured = taken(reader)
    taken_ns = clock.ns
    told = [taken(reader).captured_ns for _ in range(3)]

    assert captured.captured_ns == 1_000 * MS
    assert 0 < taken_ns - began_ns <= min(pause_ms * MS, CATCH_UP_NS) + 5 * MS
    assert told[0] == (1_000 * MS if half else began_ns)
    assert [taken_ns <= ns <= clock.ns for ns in told[1:]] == [True, True]


def test_ages_of_a_source_that_never_pauses_do_not_grow_where_each_take_comes_late(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.has_begun = True
    source.give_without_a_pause()
    ages_ns: list[int] = []
    for _ in range(10):
        clock.ns += 100 * MS
        captured = taken(reader)
        ages_ns.append(clock.ns - captured.captured_ns)

    assert max(ages_ns[2:]) == min(ages_ns[2:]) < 600 * MS


def test_a_loss_after_a_pause_is_told_without_a_wait(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    clock.ns += UNREAD_NS + MS
    source.give(10, SourceError("camera gone"))

    assert number(taken(reader)) == 10
    with pytest.raises(SourceError, match="camera gone"):
        reader.take(0.1)
    assert clock.ns == 1_000 * MS + UNREAD_NS + MS


def test_a_source_that_never_pauses_is_taken_from_nonetheless_and_its_ages_do_not_grow(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.takes_ns = 3 * MS
    source.give(*range(200))

    for _ in range(3):
        began_ns = clock.ns
        captured = taken(reader)

        assert clock.ns <= began_ns + AT_ONCE_NS + source.takes_ns
        assert captured.captured_ns >= began_ns - AT_ONCE_NS - source.takes_ns
    assert reader.replaced == number(captured) - 2 > 0


def test_the_last_picture_is_given_before_the_error_that_ended_the_source(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, SourceError("camera gone"))

    assert number(taken(reader)) == 10
    for _ in range(2):
        with pytest.raises(SourceError, match="camera gone"):
            reader.take(0.1)


@pytest.mark.parametrize("at_ms", [0, 1_050])
def test_a_loss_is_told_at_once_where_no_picture_came_before_it(
    source: TimedSource, reader: PollingReader, at_ms: int
) -> None:
    source.give(SourceError("camera gone"), at_ms=at_ms)

    for _ in range(2):
        with pytest.raises(SourceError, match="camera gone"):
            reader.take(0.1)


def test_pictures_that_cannot_be_decoded_are_a_loss_that_is_told_again(
    source: TimedSource, reader: PollingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise SourceError("no pictures that can be decoded")

    source.give(10)
    monkeypatch.setattr(source, "newest", fail)
    with pytest.raises(SourceError, match="can be decoded"):
        reader.take(0.1)
    monkeypatch.undo()

    with pytest.raises(SourceError, match="can be decoded"):
        reader.take(0.1)


def test_stopping_closes_the_source_and_gives_nothing_more(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10)
    assert reader.holds_source

    assert reader.stop()

    assert source.closed
    assert not reader.holds_source
    assert reader.take(0.1) is None
