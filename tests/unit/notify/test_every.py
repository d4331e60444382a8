from services.notify.every import Every
from tests.fakes import Ticker


def test_it_is_due_at_once_and_then_every_so_often() -> None:
    clock = Ticker()
    every = Every(10.0, clock)
    due = []
    for _ in range(5):
        due.append(every.due())
        clock.now += 5
    assert due == [True, False, True, False, True]


def test_it_can_be_made_due_before() -> None:
    every = Every(10.0, Ticker())
    assert every.due()
    every.at_once()
    assert every.due()
