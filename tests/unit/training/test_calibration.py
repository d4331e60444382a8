from math import log

import numpy as np
import pytest

from training.calibration import (
    expected_calibration_error,
    fit_temperature,
    fitted_half,
    log_loss,
    rescale,
)


def scores_of(*tops: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Two classes, the first with these probabilities."""
    return np.array([[top, 1 - top] for top in tops], np.float32)


def test_the_error_is_the_gap_of_each_bin_by_its_share_of_the_pictures() -> None:
    # Two bins of five apply: over 0.8 to 1 holds three, two of them right; over 0.4 to 0.6 one, right.
    labels = np.array([0, 0, 1, 0])
    error = expected_calibration_error(labels, scores_of(0.9, 0.9, 0.9, 0.55), bins=5)
    assert error == pytest.approx(3 / 4 * (0.9 - 2 / 3) + 1 / 4 * (1 - 0.55), abs=1e-6)


def test_over_and_under_confidence_in_one_bin_even_out_and_in_two_do_not() -> None:
    labels = np.array([0, 1])
    assert expected_calibration_error(labels, scores_of(0.5, 0.5), bins=1) == pytest.approx(0)
    assert expected_calibration_error(labels, scores_of(0.7, 0.9), bins=2) == pytest.approx(0.3)
    assert expected_calibration_error(labels, scores_of(0.7, 0.9), bins=10) == pytest.approx(0.6)


def test_probabilities_that_are_all_right_and_certain_have_no_error() -> None:
    assert expected_calibration_error(np.array([0, 0]), scores_of(1.0, 1.0)) == 0


def test_the_log_loss_is_the_mean_of_minus_log_p() -> None:
    loss = log_loss(np.array([0, 1]), scores_of(0.5, 0.75))
    assert loss == pytest.approx((log(2) + log(4)) / 2)


def test_a_wrong_label_of_probability_0_costs_much_and_is_finite() -> None:
    assert 50 < log_loss(np.array([1]), scores_of(1.0)) < 100


def test_a_higher_temperature_flattens_and_its_inverse_undoes_it() -> None:
    scores = scores_of(0.8, 0.3)
    # The logits log 4 and log 3/7 are halved: 2 to 1, and 1 to the root of 7/3.
    np.testing.assert_allclose(rescale(scores, 2.0)[0], [2 / 3, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(rescale(rescale(scores, 2.0), 0.5), scores, rtol=1e-5)


def test_the_temperature_makes_the_mean_probability_that_of_being_right() -> None:
    # Three of four are right at 0.9 each: 0.75 has logits log 3, which are log 9 halved.
    temperature = fit_temperature(np.array([0, 0, 0, 1]), scores_of(0.9, 0.9, 0.9, 0.9))
    assert temperature == pytest.approx(2.0, rel=1e-3)


def test_labels_drawn_from_the_probabilities_themselves_need_no_scaling() -> None:
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(7), 20_000).astype(np.float32)
    labels = (rng.random((len(scores), 1)) > scores.cumsum(axis=1)).sum(axis=1).clip(0, 6)
    assert fit_temperature(labels, scores) == pytest.approx(1, abs=0.05)
    assert fit_temperature(labels, rescale(scores, 0.5)) == pytest.approx(2, abs=0.1)


def test_scaling_by_the_fitted_temperature_lowers_the_error() -> None:
    rng = np.random.default_rng(1)
    true = rng.dirichlet(np.ones(7), 5000).astype(np.float32)
    labels = (rng.random((len(true), 1)) > true.cumsum(axis=1)).sum(axis=1).clip(0, 6)
    sure = rescale(true, 0.4)
    scaled = rescale(sure, fit_temperature(labels, sure))
    assert expected_calibration_error(labels, scaled) < expected_calibration_error(labels, sure) / 3


def test_the_even_rows_of_the_file_are_for_fitting() -> None:
    assert fitted_half(np.array([70, 71, 72, 75])).tolist() == [True, False, True, False]
