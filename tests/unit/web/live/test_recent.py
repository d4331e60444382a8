from dataclasses import replace

import pytest

from services.web.live.recent import KEPT_S, Recent, thinned
from services.web.picture import Picture, picture_of
from shared.errors import EntryError
from tests.unit.web.fakes import Clock, face, result


def picture(frame: int, arrived: float = 0.0, latency_ms: float = 40) -> Picture:
    return picture_of(result(frame), arrived=arrived, latency_ns=round(latency_ms * 1e6))


def recent(*pictures: Picture, clock: Clock | None = None) -> Recent:
    made = Recent(clock or Clock())
    for one in pictures:
        made.add(one)
    return made


def frames(pictures: list[Picture] | None) -> list[int] | None:
    return None if pictures is None else [one.result.seq for one in pictures]


def test_who_comes_back_gets_what_came_after_its_last_result() -> None:
    kept = recent(picture(1), picture(2), picture(4), picture(5))
    assert frames(kept.after("2-0")) == [4, 5]
    assert frames(kept.after("3-0")) == [4, 5]
    assert frames(kept.after("5-0")) == []


def test_who_was_away_for_too_long_is_told_so() -> None:
    kept = recent(picture(1), picture(2, arrived=1), picture(3, arrived=KEPT_S + 1.5))
    assert kept.after("1-0") is None
    assert frames(kept.after("3-0")) == []


def test_who_comes_back_before_the_first_result_is_told_that_some_may_be_missing() -> None:
    assert recent().after("1-0") is None


def test_where_the_order_began_again_nothing_of_before_is_taken_for_new() -> None:
    kept = recent(picture(100), picture(101), picture(3))
    assert kept.after("2-0") is None
    assert frames(kept.after("3-0")) == []


def test_what_is_no_entry_id_is_refused() -> None:
    with pytest.raises(EntryError):
        recent(picture(1)).after("x")


def test_no_picture_is_remembered() -> None:
    seen = replace(result(1), faces=(replace(face(), crop=bytes(2304)),))
    [kept] = recent(picture(0), picture_of(seen, arrived=0, latency_ns=0)).after("0-0") or [picture(9)]
    assert (kept.part, kept.result.jpeg, kept.result.faces[0].crop) == (b"", b"", None)


def test_the_rate_is_of_the_last_three_seconds() -> None:
    clock = Clock()
    kept = recent(*(picture(101 - n, arrived=clock() - n / 10) for n in range(100, -1, -1)), clock=clock)
    assert kept.rate() == pytest.approx(10, abs=0.1)
    clock.move(10)
    assert kept.rate() == 0


def test_the_age_is_that_which_19_of_20_results_do_not_exceed() -> None:
    kept = recent(*(picture(n, latency_ms=n) for n in range(1, 101)))
    assert kept.age_p95_ms() == 95
    assert recent().age_p95_ms() is None


def test_results_are_thinned_to_a_rate_and_the_newest_stays() -> None:
    pictures = [picture(n, arrived=n / 30) for n in range(1, 61)]
    kept = thinned(pictures, 10)
    assert len(kept) == 20
    assert kept[-1] is pictures[-1]
    assert thinned([], 10) == []
