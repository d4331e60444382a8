from services.web.attempts import LIMIT, MOST_ADDRESSES, PERIOD_S, Attempts
from tests.unit.web.fakes import Clock


def test_an_address_is_blocked_after_too_many_failures() -> None:
    attempts = Attempts(Clock())
    for _ in range(LIMIT):
        assert not attempts.blocked("1.2.3.4")
        attempts.failed("1.2.3.4")
    assert attempts.blocked("1.2.3.4")


def test_other_addresses_are_not_blocked() -> None:
    attempts = Attempts(Clock())
    for _ in range(LIMIT):
        attempts.failed("1.2.3.4")
    assert not attempts.blocked("1.2.3.5")


def test_an_address_is_free_again_after_the_period() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(LIMIT):
        attempts.failed("1.2.3.4")
    clock.move(PERIOD_S + 1)
    assert not attempts.blocked("1.2.3.4")


def test_failures_from_everywhere_are_not_all_remembered() -> None:
    attempts = Attempts(Clock())
    for number in range(MOST_ADDRESSES + 5):
        attempts.failed(str(number))
    assert len(attempts._failures) == MOST_ADDRESSES
