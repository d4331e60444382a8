import numpy as np
import pytest

from training.calibration import expected_calibration_error
from training.reliability import reliability


def made_scores(count: int = 500) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(0).dirichlet(np.full(7, 0.4), count).astype(np.float32)


def test_bins_without_labels_are_left_out() -> None:
    scores = np.array([[0.94, 0.06], [0.92, 0.08], [0.55, 0.45]], np.float32)
    found = reliability(np.array([0, 1, 0]), scores, bins=10)
    assert [one.pictures for one in found] == [1, 2]
    assert [one.accuracy for one in found] == [1.0, 0.5]
    assert [one.confidence for one in found] == pytest.approx([0.55, 0.93])


def test_the_bins_give_the_expected_calibration_error() -> None:
    scores = made_scores()
    labels = np.random.default_rng(1).integers(0, 7, len(scores))
    found = reliability(labels, scores)
    assert sum(one.pictures for one in found) == len(scores)
    error = sum(one.pictures * abs(one.accuracy - one.confidence) for one in found) / len(scores)
    assert error == pytest.approx(expected_calibration_error(labels, scores), abs=1e-6)
