import pytest
from redis import exceptions

from shared.clock import EXCHANGE_EVERY_NS, FIRST_EXCHANGES, FORGET_AFTER_NS, BrokerClock
from shared.errors import BrokerUnreachable
from tests.fakes import FakeBroker, FakeRedis

MS = 1_000_000
WALL_NS = 1_700_000_000_000_000_000


class Line:
    """A broker at the end of a line: its clock, this process's clock, and how long either way takes."""

    def __init__(self) -> None:
        self.monotonic_ns = 5_000 * MS
        self.ahead_ns = WALL_NS
        self.there_ns = self.back_ns = MS
        self.redis = FakeRedis(time=self._time)
        self.clock = BrokerClock(FakeBroker(self.redis), lambda: self.monotonic_ns)

    def _time(self) -> tuple[int, int]:
        self.monotonic_ns += self.there_ns
        now = self.monotonic_ns + self.ahead_ns
        self.monotonic_ns += self.back_ns
        return now // 1_000_000_000, now % 1_000_000_000 // 1_000

    def later(self, passed_ns: int) -> None:
        self.monotonic_ns += passed_ns
        self.clock.refresh()

    def error_ns(self) -> int:
        return self.clock.at(self.monotonic_ns) - self.monotonic_ns - self.ahead_ns


def test_an_even_line_gives_the_brokers_time() -> None:
    line = Line()
    assert abs(line.clock.now() - line.monotonic_ns - line.ahead_ns) < MS // 100


def test_the_first_question_exchanges_a_few_times_and_later_ones_do_not() -> None:
    line = Line()
    line.clock.now()
    line.clock.now()
    assert line.redis.calls == ["time"] * FIRST_EXCHANGES


def test_a_moment_in_the_past_gets_the_brokers_time_of_then() -> None:
    line = Line()
    now = line.clock.now()
    assert line.clock.at(line.monotonic_ns - 70 * MS) == now - 70 * MS


def test_it_exchanges_again_only_when_the_last_time_is_long_ago() -> None:
    line = Line()
    line.clock.refresh()
    line.later(EXCHANGE_EVERY_NS - 1)
    assert len(line.redis.calls) == FIRST_EXCHANGES
    line.later(1)
    assert len(line.redis.calls) == FIRST_EXCHANGES + 1


def test_the_exchange_with_the_least_round_trip_wins() -> None:
    line = Line()
    line.back_ns = 9 * MS
    line.clock.refresh()
    assert abs(line.error_ns()) > 3 * MS
    line.back_ns = MS
    line.later(EXCHANGE_EVERY_NS)
    assert abs(line.error_ns()) < MS // 100


def test_a_slower_exchange_changes_nothing() -> None:
    line = Line()
    line.clock.refresh()
    line.back_ns = 9 * MS
    line.later(EXCHANGE_EVERY_NS)
    assert abs(line.error_ns()) < MS // 100


def test_an_old_exchange_is_forgotten_even_if_it_was_quicker() -> None:
    line = Line()
    line.clock.refresh()
    line.ahead_ns += 4 * MS  # the clocks drift
    line.there_ns = line.back_ns = 5 * MS
    line.later(EXCHANGE_EVERY_NS)
    assert abs(line.error_ns()) > 3 * MS
    line.later(FORGET_AFTER_NS)
    assert abs(line.error_ns()) < MS // 100


@pytest.mark.parametrize("jump_ns", [3_600_000 * MS, -3_600_000 * MS, 40 * MS])
def test_a_jump_of_the_brokers_clock_is_adopted_at_once_even_over_a_slow_line(jump_ns: int) -> None:
    line = Line()
    line.clock.refresh()
    line.ahead_ns += jump_ns
    line.there_ns = line.back_ns = 5 * MS
    line.later(EXCHANGE_EVERY_NS)
    assert abs(line.error_ns()) < MS // 100


def test_without_a_broker_the_first_question_is_an_error_that_names_it() -> None:
    clock = BrokerClock(FakeBroker(FakeRedis(time=exceptions.ConnectionError("nobody listens"))))
    with pytest.raises(BrokerUnreachable, match="redis://fake"):
        clock.now()


def test_a_broker_that_goes_away_later_does_not_stop_the_clock() -> None:
    line = Line()
    before = line.clock.now()
    line.redis.answer("time", exceptions.ConnectionError("nobody listens"))
    with pytest.raises(BrokerUnreachable):
        line.later(EXCHANGE_EVERY_NS)
    assert line.clock.now() == before + EXCHANGE_EVERY_NS
