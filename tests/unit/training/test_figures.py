import numpy as np
import pytest

from training.figures import accuracy, confusion_matrix, recalls, wilson_interval


def test_the_confusion_matrix_counts_true_classes_by_row() -> None:
    labels = np.array([0, 0, 0, 1, 1], np.uint8)
    scores = np.eye(3, dtype=np.float32)[[0, 0, 2, 1, 0]]
    confusion = confusion_matrix(labels, scores)
    assert confusion.tolist() == [[2, 0, 1], [1, 1, 0], [0, 0, 0]]
    assert accuracy(confusion) == pytest.approx(0.6)
    assert recalls(confusion) == [pytest.approx(2 / 3), 0.5, None]


def test_the_interval_is_wilsons() -> None:
    low, high = wilson_interval(0.5, 100)
    assert low == pytest.approx(0.4038, abs=1e-4)
    assert high == pytest.approx(0.5962, abs=1e-4)
    assert wilson_interval(1.0, 20)[1] == pytest.approx(1.0)
