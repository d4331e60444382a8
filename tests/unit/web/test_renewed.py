import pytest

from services.web.renewed import ASKED_FOR_S, GOOD_FOR_S, Renewed
from shared.errors import BrokerErrorReply, BrokerUnreachable, MienError
from tests.unit.web.fakes import Clock


class Reads:
    """Something that is another with each read; raises `error` where there is one."""

    def __init__(self) -> None:
        self.number = 0
        self.error: MienError | None = None

    def __call__(self) -> int:
        if self.error is not None:
            raise self.error
        self.number += 1
        return self.number


@pytest.fixture
def reads() -> Reads:
    return Reads()


def test_without_rounds_each_question_is_a_read(reads: Reads) -> None:
    renewed = Renewed(reads, Clock())
    assert [renewed.get(), renewed.get()] == [1, 2]


def test_what_is_renewed_is_answered_from_memory(reads: Reads) -> None:
    renewed = Renewed(reads, Clock())
    renewed.get()
    renewed.renew()
    assert [renewed.get(), renewed.get()] == [2, 2]


def test_what_was_not_renewed_for_too_long_is_read_again(reads: Reads) -> None:
    clock = Clock()
    renewed = Renewed(reads, clock)
    renewed.get()
    renewed.renew()
    clock.move(GOOD_FOR_S)
    assert renewed.get() == 3


def test_what_nobody_asks_for_is_not_renewed(reads: Reads) -> None:
    clock = Clock()
    renewed = Renewed(reads, clock)
    renewed.renew()
    renewed.get()
    clock.move(ASKED_FOR_S)
    renewed.renew()
    assert reads.number == 1


def test_a_broker_that_is_away_is_said_at_once(reads: Reads) -> None:
    renewed = Renewed(reads, Clock())
    renewed.get()
    renewed.renew()
    reads.error = BrokerUnreachable("broker is away")
    with pytest.raises(BrokerUnreachable):
        renewed.renew()
    with pytest.raises(BrokerUnreachable):
        renewed.get()


def test_a_broker_s_error_is_for_those_who_ask_and_ends_no_round(reads: Reads) -> None:
    renewed = Renewed(reads, Clock())
    renewed.get()
    renewed.renew()
    reads.error = BrokerErrorReply("WRONGTYPE")
    renewed.renew()
    with pytest.raises(BrokerErrorReply):
        renewed.get()
