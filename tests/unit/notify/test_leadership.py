import logging

import pytest

from services.notify.leadership import Leadership
from shared.leading import LASTS_MS, Lead
from tests.fakes import AWAY, Ticker


class Terms(Lead):
    """A lead with given answers."""

    def __init__(self, *terms: int | Exception) -> None:
        self.terms = list(terms)
        self.given_up = 0

    def take(self) -> int:
        term = self.terms.pop(0)
        if isinstance(term, Exception):
            raise term
        return term

    def give_up(self) -> None:
        self.given_up += 1


def test_the_lead_is_told_when_it_comes_and_when_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    changes: list[bool] = []
    leadership = Leadership(Terms(0, 0, 7, 7, 0, 9), changes.append)
    terms = []
    for _ in range(6):
        leadership.round()
        terms.append(leadership.term)
    assert terms == [None, None, 7, 7, None, 9]
    assert changes == [True, False, True]
    assert caplog.messages == [
        "another replica notifies; this one is ready to take over",
        "this replica notifies now",
        "another replica notifies now",
        "this replica notifies now",
    ]


def test_without_the_broker_it_leads_no_longer_for_another_may() -> None:
    changes: list[bool] = []
    leadership = Leadership(Terms(7, AWAY, AWAY, 7), changes.append)
    leadership.round()
    for _ in range(2):
        with pytest.raises(type(AWAY)):
            leadership.round()
        assert leadership.term is None
    leadership.round()
    assert (leadership.term, changes) == (7, [True, False, True])


def test_the_lead_ends_by_its_own_clock_where_no_answer_comes() -> None:
    ticker = Ticker(0.0)
    changes: list[bool] = []
    leadership = Leadership(Terms(7, 7), changes.append, clock=ticker)
    leadership.round()
    ticker.now = LASTS_MS / 1000 - 0.1
    assert leadership.term == 7
    ticker.now += 0.1
    assert leadership.term is None
    leadership.round()
    assert (leadership.term, changes) == (7, [True])


def test_who_watches_the_clock_hears_of_its_end_once_and_an_answer_that_came_too_late_is_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticker = Ticker(0.0)
    changes: list[bool] = []

    class Late(Terms):
        def take(self) -> int:
            ticker.now += LASTS_MS / 1000 if len(self.terms) == 2 else 0.0
            return super().take()

    leadership = Leadership(Late(7, 7, 7), changes.append, clock=ticker)
    leadership.round()
    leadership.lapse()
    assert changes == [True]
    ticker.now = LASTS_MS / 1000
    for _ in range(2):
        leadership.lapse()
    assert changes == [True, False]
    assert [line for line in caplog.messages if "does not answer in time" in line] == caplog.messages[-1:]
    leadership.round()
    assert changes == [True, False]
    leadership.round()
    assert (leadership.term, changes) == (7, [True, False, True])


def test_one_that_loses_the_lead_tells_it_once() -> None:
    changes: list[bool] = []
    leadership = Leadership(Terms(7), changes.append)
    leadership.lose()
    leadership.round()
    leadership.lose()
    leadership.lose()
    assert (leadership.term, changes) == (None, [True, False])


def test_the_lead_lasts_from_before_the_broker_was_asked() -> None:
    ticker = Ticker(0.0)

    class Slow(Terms):
        def take(self) -> int:
            ticker.now += 2.0
            return super().take()

    leadership = Leadership(Slow(7), lambda _leads: None, clock=ticker)
    leadership.round()
    ticker.now += 0.9
    assert leadership.term == 7
    ticker.now += 0.1
    assert leadership.term is None


def test_at_the_end_the_lead_is_given_up_if_it_was_had() -> None:
    lead = Terms(7)
    leadership = Leadership(lead, lambda _leads: None)
    leadership.end()
    assert lead.given_up == 0
    leadership.round()
    leadership.end()
    leadership.end()
    assert (lead.given_up, leadership.term) == (1, None)
