import numpy as np
import pytest
from numpy.typing import NDArray

from training.coverage import Kept, choose_threshold, coverage_curve, keep_above


def scores_of(*tops: float) -> NDArray[np.float32]:
    """Two classes, the first with these probabilities, all over a half."""
    return np.array([[top, 1 - top] for top in tops], np.float32)


def spread(pictures: int) -> NDArray[np.float32]:
    """Top probabilities that fall evenly from 1 to a little over a half."""
    return scores_of(*np.linspace(1, 0.51, pictures))


def test_a_threshold_keeps_what_is_at_it_or_above() -> None:
    kept = keep_above(0.75, np.array([0, 1, 0, 0]), scores_of(0.9, 0.8, 0.75, 0.6))
    assert (kept.threshold, kept.coverage) == (0.75, 0.75)
    assert kept.accuracy == pytest.approx(2 / 3)


def test_a_threshold_that_keeps_nothing_has_no_accuracy() -> None:
    assert keep_above(0.99, np.array([0]), scores_of(0.6)) == Kept(0.99, 0.0, None)


@pytest.mark.parametrize(
    ("coverage", "accuracy", "enough"),
    [(0.75, 0.79, True), (0.74, 0.9, False), (0.8, 0.78, False), (0.0, None, False)],
)
def test_enough_is_both_coverage_and_accuracy(coverage: float, accuracy: float | None, enough: bool) -> None:
    assert Kept(0.5, coverage, accuracy).enough is enough


def test_the_curve_goes_from_the_surest_to_all() -> None:
    curve = coverage_curve(np.array([0, 0, 0, 1]), scores_of(0.6, 0.9, 0.8, 0.7), points=4)
    assert [point.coverage for point in curve] == [0.25, 0.5, 0.75, 1.0]
    assert [point.accuracy for point in curve] == [1, 1, pytest.approx(2 / 3), 0.75]
    assert [point.threshold for point in curve] == pytest.approx([0.9, 0.8, 0.7, 0.6])


def test_the_threshold_is_the_middle_of_those_that_do() -> None:
    # The first 75 are right, the rest wrong: 75 to 94 pictures have at least 79 % right (75/94 = 0.798).
    labels = np.array([0] * 75 + [1] * 25)
    kept = keep_above(choose_threshold(labels, spread(100)), labels, spread(100))
    assert kept.coverage == pytest.approx(0.84)
    assert kept.enough


def test_where_all_are_right_enough_the_least_sure_eighth_is_left_out() -> None:
    labels = np.zeros(100, np.int64)
    kept = keep_above(choose_threshold(labels, spread(100)), labels, spread(100))
    assert kept.coverage == pytest.approx(0.87)


def test_where_none_does_both_three_quarters_are_kept() -> None:
    labels = np.array([0, 1] * 50)
    kept = keep_above(choose_threshold(labels, spread(100)), labels, spread(100))
    assert kept.coverage == pytest.approx(0.75)
    assert not kept.enough
