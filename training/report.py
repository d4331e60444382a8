"""What one head does on one split: how often it is right, and how far it knows when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS
from shared.ferplus import SHOWN
from training.calibration import FITTED_ROWS, FITTED_SPLIT, UNFITTED_ROWS, expected_calibration_error, rescale
from training.coverage import Kept, choose_threshold, coverage_curve, keep_above
from training.figures import accuracy, confusion_matrix, recalls, wilson_interval
from training.labelled import FERPLUS, Labelled, shown
from training.reliability import Bin, reliability
from training.session import Session, predict

OWN = "the model's own"
CHOSEN = f"chosen on the {FITTED_ROWS} of {FITTED_SPLIT}"


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error in 15 bins, with and without the temperature that is in the graph."""

    rows: str
    pictures: int
    temperature: float
    error_before: float
    error_after: float
    bins_before: Sequence[Bin] = ()
    bins_after: Sequence[Bin] = ()


@dataclass(frozen=True)
class Unsure:
    """What a threshold keeps, and where that comes from; and the whole curve."""

    rows: str
    pictures: int
    kept: Kept
    enough: bool
    curve: list[Kept]
    source: str = CHOSEN


@dataclass(frozen=True)
class SplitReport:
    """One head on one split; rows of `confusion` are the true classes, all in the order of the expressions.

    FER+'s head is measured on pictures with a majority that is shown, by its seven shown scores; only
    `accuracy_of_8` is that of the highest of all eight, contempt with them.
    """

    split: str
    head: str
    pictures: int
    accuracy: float
    interval_95: tuple[float, float]
    accuracy_of_8: float | None
    recall: Mapping[str, float | None]
    confusion: list[list[int]]
    calibration: Calibration
    unsure: Unsure


def measure(
    session: Session,
    labelled: Labelled,
    reference: Labelled,
    temperature: float,
    unsure_below: float | None = None,
) -> SplitReport:
    """Runs the model over labelled pictures.

    "Unsure" is what is under `unsure_below`, the model's own; without it, it is chosen on `reference`,
    PublicTest's.
    """
    raw = predict(session, labelled.pictures, labelled.head)
    scores = shown(labelled.head, raw)
    confusion = confusion_matrix(labelled.labels, scores)
    share = accuracy(confusion)
    return SplitReport(
        split=labelled.split,
        head=labelled.head,
        pictures=len(labelled),
        accuracy=share,
        interval_95=wilson_interval(share, len(labelled)),
        accuracy_of_8=_accuracy_of_8(labelled, raw),
        recall=dict(zip(EXPRESSIONS, recalls(confusion), strict=True)),
        confusion=confusion.tolist(),
        calibration=calibration(labelled, scores, temperature),
        unsure=unsure(labelled, scores, threshold(session, reference))
        if unsure_below is None
        else unsure(labelled, scores, unsure_below, OWN),
    )


def threshold(session: Session, reference: Labelled) -> float:
    """The top probability under which a label is "unsure", chosen on the half that may be fitted on."""
    fitted = reference.fitted
    scores = shown(reference.head, predict(session, reference.pictures[fitted], reference.head))
    return choose_threshold(reference.labels[fitted], scores)


def calibration(labelled: Labelled, scores: NDArray[np.float32], temperature: float) -> Calibration:
    """The error on what no temperature was fitted on, for probabilities [N, 7] scaled by `temperature`."""
    unseen = ~labelled.fitted
    labels, after = labelled.labels[unseen], scores[unseen]
    before = rescale(after, 1 / temperature)
    return Calibration(
        rows=unfitted_rows(labelled),
        pictures=len(labels),
        temperature=temperature,
        error_before=expected_calibration_error(labels, before),
        error_after=expected_calibration_error(labels, after),
        bins_before=reliability(labels, before),
        bins_after=reliability(labels, after),
    )


def unsure(labelled: Labelled, scores: NDArray[np.float32], least: float, source: str = CHOSEN) -> Unsure:
    """What the threshold `least` keeps of what it was not chosen on."""
    unseen = ~labelled.fitted
    labels, others = labelled.labels[unseen], scores[unseen]
    kept = keep_above(least, labels, others)
    curve = coverage_curve(labels, others)
    return Unsure(unfitted_rows(labelled), len(labels), kept, kept.enough, curve, source)


def unfitted_rows(labelled: Labelled) -> str:
    """Which rows of the split nothing was fitted on, in words."""
    return UNFITTED_ROWS if labelled.split == FITTED_SPLIT else "all rows"


def _accuracy_of_8(labelled: Labelled, scores: NDArray[np.float32]) -> float | None:
    if labelled.head != FERPLUS:
        return None
    return float((scores.argmax(axis=1) == np.array(SHOWN)[labelled.labels]).mean())
