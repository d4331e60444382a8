"""Finished models as teachers: their probabilities soften the labels that the next one is trained on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS
from shared.errors import ModelError
from shared.ferplus import FERPLUS_CLASSES
from training.csvfile import SIDE_PX
from training.session import Session, open_session, output_names, predict
from training.splits import Dataset, Split

CLASSES = {"fer2013": len(EXPRESSIONS), "ferplus": len(FERPLUS_CLASSES)}


def opinion(session: Session, pictures: NDArray[np.uint8], head: str) -> NDArray[np.float32]:
    """Probabilities [N, classes] of `head`, the mean over each picture and its mirror image."""
    mirrored = np.ascontiguousarray(pictures[:, :, ::-1])
    mean = (predict(session, pictures, head) + predict(session, mirrored, head)) / 2
    return mean.astype(np.float32)


def check_teacher(session: Session, path: Path) -> None:
    """Nothing where the model at `path` reads FER2013's pictures and tells FER2013's classes apart.

    Raises:
        ModelError: it does not.
    """
    if "fer2013" not in output_names(session):
        raise ModelError(f"{path}: has no output fer2013")
    (side,) = {face.shape[1] for face in session.get_inputs()}
    if side != SIDE_PX:
        raise ModelError(f"{path}: reads {side} px, not {SIDE_PX}")
    for output in session.get_outputs():
        wanted, found = CLASSES.get(output.name), output.shape[-1]
        if wanted not in (None, found):
            raise ModelError(f"{path}: {found} classes in {output.name}, not {wanted}")


def teach(dataset: Dataset, paths: Sequence[Path]) -> Dataset:
    """Gives the Training split the mean opinion of the models at `paths`, for each head that all have.

    Distillation of a network into one of its own size (Furlanello and others, 2018, arXiv 1805.04770) also
    evens out wrong labels, of which FER2013 has many.

    Raises:
        ModelError: a file is no model with the heads of `training.export`.
    """
    sessions = [open_session(path) for path in paths]
    for session, path in zip(sessions, paths, strict=True):
        check_teacher(session, path)
    training = dataset.split("Training")
    heads = ["fer2013", *(["ferplus"] if training.shares is not None else [])]
    taught = {
        head: np.mean([opinion(session, training.pictures, head) for session in sessions], axis=0)
        for head in heads
        if all(head in output_names(session) for session in sessions)
    }
    return dataset.with_training(replace(training, taught=taught))


def digest(split: Split) -> str | None:
    """SHA-256 of what the teacher said of a split, for the run record; None without a teacher."""
    if not split.taught:
        return None
    named = {head: hashlib.sha256(rows.tobytes()).hexdigest() for head, rows in sorted(split.taught.items())}
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()
