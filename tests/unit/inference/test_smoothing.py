import pytest

from services.inference.smoothing import blended, leaders

OLD, NEW = (1.0, 0.0), (0.0, 1.0)
NAMES = ("angry", "happy", "sad")


def test_half_of_a_change_is_through_after_a_seventh_of_a_second() -> None:
    assert blended(OLD, NEW, 138_629_436) == pytest.approx((0.5, 0.5))


def test_the_time_counts_and_not_the_number_of_frames() -> None:
    many = OLD
    for _ in range(10):
        many = blended(many, NEW, 20_000_000)  # type: ignore[assignment]  # two come back for two
    assert many == pytest.approx(blended(OLD, NEW, 200_000_000))


@pytest.mark.parametrize("ns", [0, -50_000_000])
def test_where_no_time_has_passed_nothing_changes(ns: int) -> None:
    assert blended(OLD, NEW, ns) == OLD


def test_the_two_highest_lead() -> None:
    assert leaders((0.2, 0.5, 0.3), (), NAMES) == ("happy", "sad")


def test_those_that_are_shown_stay_until_another_is_clearly_higher() -> None:
    assert leaders((0.1, 0.42, 0.48), ("happy", "sad"), NAMES) == ("happy", "sad")
    assert leaders((0.1, 0.38, 0.52), ("happy", "sad"), NAMES) == ("sad", "happy")
    assert leaders((0.32, 0.40, 0.28), ("happy", "sad"), NAMES) == ("happy", "sad")
