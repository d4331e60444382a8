from dataclasses import replace

from shared.counters import Account
from shared.entities import Cause

EVEN = Account(captured=20, published=10, lost={Cause.SUPERSEDED: 4, Cause.STALE: 3}, pending=1, waiting=2)


def test_an_account_in_which_every_frame_is_somewhere_has_no_difference() -> None:
    assert EVEN.difference == 0


def test_a_frame_that_is_nowhere_is_a_difference() -> None:
    assert replace(EVEN, published=9).difference == 1


def test_a_frame_that_is_counted_twice_is_a_difference() -> None:
    assert replace(EVEN, lost={**EVEN.lost, Cause.ABANDONED: 1}).difference == -1
