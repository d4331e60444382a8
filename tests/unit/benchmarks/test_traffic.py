import pytest

from benchmarks.traffic import Reading, usage
from shared.counters import Account
from shared.entities import Cause


def reading(at: float, *, captured: int, published: int, stale: int, **cpu_s: float) -> Reading:
    lost = {**dict.fromkeys(Cause, 0), Cause.STALE: stale}
    account = Account(captured, published, lost, pending=0, waiting=0)
    return Reading(at, cpu_s, own_s=at / 10, busy_s=at, account=account)


BEFORE = reading(10, captured=100, published=90, stale=3, web=1.0, broker=2.0)
AFTER = reading(20, captured=400, published=290, stale=8, web=2.0, broker=4.0)


def test_the_rates_are_those_of_the_brokers_account() -> None:
    used = usage(BEFORE, AFTER)
    assert (used.captured_fps, used.published_fps) == (30, 20)
    assert used.lost == {"stale": 5}


def test_the_cpu_of_each_process_is_shared_among_the_published_frames() -> None:
    used = usage(BEFORE, AFTER)
    assert used.cpu_ms_a_frame == {"web": 5, "broker": 10}
    assert used.cpu_ms_in_all == pytest.approx(15)


def test_what_others_used_is_what_is_left_of_the_machines_time() -> None:
    assert usage(BEFORE, AFTER).cores == {"web": 0.1, "broker": 0.2, "viewer": 0.1, "elsewhere": 0.6}


def test_a_run_that_published_nothing_divides_by_nothing() -> None:
    after = reading(20, captured=400, published=90, stale=8, web=2.0, broker=4.0)
    assert usage(BEFORE, after).published_fps == 0
