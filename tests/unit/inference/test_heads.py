import numpy as np
import pytest

from services.inference.heads import HEADS
from shared.entities import EXPRESSIONS
from shared.ferplus import FERPLUS_CLASSES, FERPLUS_NAMES


def ferplus_row(**shares: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([[shares.get(name, 0.0) for name in FERPLUS_CLASSES]], np.float32)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_of_ferplus_words_becomes_its_expression(expression: str) -> None:
    (scores,) = HEADS["ferplus"].seven(ferplus_row(**{FERPLUS_NAMES[expression]: 1.0}))
    assert EXPRESSIONS[int(scores.argmax())] == expression
    assert scores.max() == pytest.approx(1)


def test_contempt_is_left_out_and_the_others_share_its_part_by_what_they_have() -> None:
    (scores,) = HEADS["ferplus"].seven(ferplus_row(contempt=0.5, anger=0.3, disgust=0.2))
    by_name = dict(zip(EXPRESSIONS, scores.tolist(), strict=True))
    assert by_name["angry"] == pytest.approx(0.6)
    assert by_name["disgust"] == pytest.approx(0.4)
    assert sum(by_name.values()) == pytest.approx(1)


def test_contempt_and_nothing_else_gives_even_scores() -> None:
    (scores,) = HEADS["ferplus"].seven(ferplus_row(contempt=1.0))
    assert scores.tolist() == pytest.approx([1 / 7] * 7)


def test_what_is_no_number_stays_none() -> None:
    assert np.isnan(HEADS["ferplus"].seven(ferplus_row(anger=float("nan")))).all()


def test_no_faces_give_no_rows() -> None:
    assert HEADS["ferplus"].seven(np.empty((0, 8), np.float32)).shape == (0, 7)


def test_fer2013s_scores_stay_as_they_are() -> None:
    rows = np.random.default_rng(1).dirichlet(np.ones(7), 3).astype(np.float32)
    assert HEADS["fer2013"].seven(rows) is rows
