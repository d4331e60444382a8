import numpy as np
import pytest

from shared.entities import EXPRESSIONS
from shared.ferplus import FERPLUS_CLASSES
from training.majority import NO_LABEL, shown_scores, strict_majority, to_expressions


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([6, 4, 0, 0, 0, 0, 0, 0, 0, 0], "neutral"),
        # Exactly a half is no majority.
        ([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], None),
        # The single votes go first: 4 of the remaining 7 are over a half, though not of all ten.
        ([0, 0, 0, 4, 1, 1, 0, 3, 1, 0], "sadness"),
        ([4, 0, 0, 1, 3, 2, 0, 0, 0, 0], None),
        # Unknown and NF count among the votes, and win as any other does.
        ([0, 4, 0, 0, 0, 0, 0, 0, 4, 2], None),
        ([2, 0, 0, 0, 0, 0, 0, 0, 8, 0], None),
        ([0, 2, 0, 0, 0, 0, 0, 0, 0, 8], None),
        ([0, 0, 0, 0, 0, 0, 0, 9, 1, 0], "contempt"),
        # Ten single votes leave nothing.
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], None),
    ],
)
def test_the_majority_is_over_a_half_of_the_votes_without_single_ones(
    votes: list[int], label: str | None
) -> None:
    (found,) = strict_majority(np.array([votes]))
    assert found == (NO_LABEL if label is None else FERPLUS_CLASSES.index(label))


def test_ferplus_classes_become_expressions_and_contempt_none() -> None:
    found = to_expressions(np.array([*range(8), NO_LABEL]))
    names = [None if index == NO_LABEL else EXPRESSIONS[index] for index in found]
    assert names == ["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", None, None]


def test_the_scores_that_are_shown_are_renormalised_without_contempt() -> None:
    scores = np.array([[0.1, 0.2, 0.05, 0.05, 0.05, 0.03, 0.02, 0.5]], np.float32)
    expected = {"happy": 0.4, "neutral": 0.2, "fear": 0.04, "disgust": 0.06}
    shown = dict(zip(EXPRESSIONS, shown_scores(scores)[0].tolist(), strict=True))
    assert {name: shown[name] for name in expected} == pytest.approx(expected)
    assert sum(shown.values()) == pytest.approx(1)


def test_where_all_is_contempt_the_seven_are_equal() -> None:
    scores = np.zeros((1, 8), np.float32)
    scores[0, FERPLUS_CLASSES.index("contempt")] = 1
    assert shown_scores(scores)[0].tolist() == pytest.approx([1 / 7] * 7)
