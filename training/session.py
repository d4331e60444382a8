"""The exported model in ONNX Runtime, as training's own checks run it: on one thread, like a worker."""

import os
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from shared.errors import ModelError

# Before the import, which would otherwise begin to report to Microsoft: since 1.29 the official builds for
# Linux and macOS send telemetry unless this is set (microsoft/onnxruntime pull request 27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from onnxruntime import InferenceSession, SessionOptions

BATCH = 64

Session: TypeAlias = InferenceSession


def open_session(path: Path) -> Session:
    """Opens a model.

    Raises:
        ModelError: the file is absent or no ONNX model.
    """
    options = SessionOptions()
    options.intra_op_num_threads = 1
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base of their own
        raise ModelError(f"{path}: {str(error).splitlines()[0]}") from error


def output_names(session: Session) -> list[str]:
    """The names of the heads that the model has."""
    return [output.name for output in session.get_outputs()]


def predict(session: Session, pictures: NDArray[np.uint8], head: str = "fer2013") -> NDArray[np.float32]:
    """Probabilities [N, classes] of one head for uint8 [N, 48, 48]."""
    rows: list[Any] = []
    for start in range(0, len(pictures), BATCH):
        faces = pictures[start : start + BATCH, :, :, np.newaxis]
        rows.append(session.run([head], {"face": faces})[0])
    return np.concatenate(rows)
