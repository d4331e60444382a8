from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.ferplus import SHOWN
from tests.unit.training.made_model import made_pictures, write_made_model
from training.calibration import expected_calibration_error, rescale
from training.labelled import Labelled, shown
from training.report import calibration, measure, unsure
from training.session import Session, open_session, predict


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return open_session(write_made_model(tmp_path / "m.onnx"))


def labelled(labels: NDArray[np.int64], split: str = "PublicTest", head: str = "fer2013") -> Labelled:
    count = len(labels)
    return Labelled(head, split, made_pictures(count), np.arange(count), labels)


def row(top: float) -> list[float]:
    """Seven probabilities with the first the highest."""
    return [top] + [(1 - top) / 6] * 6


def test_the_calibration_is_that_of_the_rows_that_were_not_fitted_on() -> None:
    # On the odd rows 0.9 is right half the time; on the even ones always.
    labels = np.array([0, 0, 0, 1, 0, 0, 0, 1])
    scores = np.array([row(0.9)] * 8, np.float32)
    found = calibration(labelled(labels), scores, temperature=1.0)
    assert (found.rows, found.pictures) == ("odd rows", 4)
    assert found.error_after == pytest.approx(0.4)
    assert found.error_before == found.error_after


def test_before_scaling_means_without_the_temperature_in_the_graph() -> None:
    labels = np.array([0, 0, 0, 1])
    unscaled = np.array([row(0.9)] * 4, np.float32)
    found = calibration(labelled(labels), rescale(unscaled, 2.0), temperature=2.0)
    assert found.error_before == pytest.approx(expected_calibration_error(labels[1::2], unscaled[1::2]))
    assert found.error_after == pytest.approx(float(rescale(unscaled, 2.0).max()) - 0.5)


def test_of_a_split_that_nothing_was_fitted_on_all_rows_count() -> None:
    found = calibration(
        labelled(np.zeros(4, np.int64), "PrivateTest"), np.array([row(0.8)] * 4, np.float32), 1
    )
    assert (found.rows, found.pictures) == ("all rows", 4)


def test_unsure_is_judged_on_the_rows_that_it_was_not_chosen_on() -> None:
    tops = [0.2, 0.9, 0.2, 0.8, 0.2, 0.7, 0.2, 0.6]
    labels = np.array([1, 0, 1, 0, 1, 0, 1, 1])
    found = unsure(labelled(labels), np.array([row(top) for top in tops], np.float32), 0.65)
    assert (found.rows, found.pictures, found.enough) == ("odd rows", 4, True)
    assert (found.kept.coverage, found.kept.accuracy) == (0.75, 1.0)
    assert found.curve[-1].coverage == 1
    assert found.curve[-1].accuracy == 0.75


def test_a_head_that_says_its_labels_is_always_right(session: Session) -> None:
    pictures = made_pictures(40)
    labels = predict(session, pictures).argmax(axis=1)
    known = labelled(labels)
    found = measure(session, known, known, temperature=1.0)
    assert found.accuracy == 1
    assert found.accuracy_of_8 is None
    assert found.pictures == np.trace(found.confusion) == 40
    assert found.interval_95[0] < 1 <= found.interval_95[1] + 1e-9


def test_ferplus_is_measured_without_contempt_and_beside_it_with_it(session: Session) -> None:
    pictures = made_pictures(40)
    raw = predict(session, pictures, "ferplus")
    labels = shown("ferplus", raw).argmax(axis=1)
    known = labelled(labels, head="ferplus")
    found = measure(session, known, known, temperature=1.0)
    assert found.accuracy == 1
    # Where contempt is the highest of the eight, no expression is.
    assert found.accuracy_of_8 == pytest.approx((raw.argmax(axis=1) == np.array(SHOWN)[labels]).mean())
