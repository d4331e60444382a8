"""The model in the repository, through the code that runs it for a worker."""

import numpy as np
import pytest

from services.inference.session import ExpressionModel
from services.inference.settings import MODEL
from shared.entities import EXPRESSIONS

MOST_BYTES = 10_000_000


@pytest.fixture(scope="module")
def shipped() -> ExpressionModel:
    return ExpressionModel(MODEL)


def test_its_scores_are_probabilities_for_noise_and_for_blank_crops(shipped: ExpressionModel) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (6, 48, 48, 1), dtype=np.uint8)
    blank = np.stack([np.full((48, 48, 1), grey, np.uint8) for grey in (0, 128, 255)])
    scores = shipped.classify(np.concatenate([noise, blank]))
    assert scores.shape == (9, len(EXPRESSIONS))
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_it_is_small_enough_to_ship() -> None:
    assert MODEL.stat().st_size < MOST_BYTES
