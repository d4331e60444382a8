"""The reader of a source that can be polled, without a thread and without a clock of its own."""

import numpy as np
import pytest

from services.capture.picture import BgrImage
from services.capture.polling import AT_ONCE_NS, PollingReader
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
    """Has its pictures from their times on; `polls` says what comes to nothing, and when."""

    fps: float | None = None

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.due: list[tuple[int, int | SourceError]] = []
        self.takes_ns = 0
        self.closed = False

    def give(self, *pictures: int | SourceError, at_ms: int = 0) -> None:
        """Have pictures, or a loss, from a time on; both in the order in which they are given."""
        self.due += [(at_ms * MS, picture) for picture in pictures]

    def read(self) -> BgrImage:
        raise AssertionError("a polled source is not waited for")

    def poll(self, timeout_s: float) -> bool:
        until_ns = self.clock.ns + round(timeout_s * 1e9)
        if self.due and self.due[0][0] <= until_ns:
            self.clock.ns = max(self.clock.ns, self.due[0][0])
            return True
        self.clock.ns = until_ns
        return False

    def next(self) -> BgrImage | None:
        if not self.due or self.due[0][0] > self.clock.ns:
            return None
        self.clock.ns += self.takes_ns
        given = self.due.pop(0)[1]
        if isinstance(given, SourceError):
            raise given
        return np.full((2, 2, 3), given, np.uint8)

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


def number(captured: Captured | None) -> int:
    assert captured is not None
    assert isinstance(captured.picture, np.ndarray)
    return int(captured.picture[0, 0, 0])


def test_the_source_is_one_that_can_be_polled(source: TimedSource) -> None:
    assert isinstance(source, PolledSource)


def test_the_newest_picture_is_taken_once_and_those_it_replaced_are_counted(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, 20, 30)

    assert number(reader.take(0.1)) == 30
    assert reader.replaced == 2
    assert reader.take(0.1) is None
    assert reader.replaced == 2


def test_a_picture_that_was_waited_for_has_the_time_at_which_it_came(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, at_ms=1_040)

    captured = reader.take(0.1)

    assert captured is not None
    assert captured.captured_ns == 1_040 * MS


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
            return True

    reader = PollingReader(InPieces(clock), clock)

    assert reader.take(0.1) is None
    assert clock.ns == 1_100 * MS


def test_a_picture_that_came_while_nobody_asked_is_not_called_fresher_than_it_may_be(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.give(10, at_ms=1_001)
    reader.take(0.1)
    left_ns = clock.ns
    source.give(20, 30, at_ms=1_005)
    clock.ns = 6_000 * MS  # The broker hung.

    captured = reader.take(0.1)

    assert number(captured) == 30
    assert captured is not None
    assert captured.captured_ns == left_ns


def test_a_source_that_never_pauses_is_taken_from_nonetheless(
    source: TimedSource, reader: PollingReader, clock: Clock
) -> None:
    source.takes_ns = 3 * MS
    source.give(*range(200))

    captured = reader.take(0.1)

    assert clock.ns <= 1_000 * MS + AT_ONCE_NS + source.takes_ns
    assert reader.replaced == number(captured) > 0


def test_the_last_picture_is_given_before_the_error_that_ended_the_source(
    source: TimedSource, reader: PollingReader
) -> None:
    source.give(10, SourceError("camera gone"))

    assert number(reader.take(0.1)) == 10
    for _ in range(2):
        with pytest.raises(SourceError, match="camera gone"):
            reader.take(0.1)


@pytest.mark.parametrize("at_ms", [0, 1_050])
def test_a_loss_is_told_at_once_where_no_picture_came_before_it(
    source: TimedSource, reader: PollingReader, at_ms: int
) -> None:
    source.give(SourceError("camera gone"), at_ms=at_ms)

    with pytest.raises(SourceError, match="camera gone"):
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
