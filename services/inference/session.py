"""The expression model in ONNX Runtime."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from services.inference.crop import SIDE, Crops
from services.inference.onnx_runtime import Session, first_line, open_session
from services.inference.processor import Scores
from shared.entities import EXPRESSIONS
from shared.errors import ModelError

INPUT = "face"
OUTPUT = "fer2013"
LABELS = "mien.labels"

ROUNDING = 1e-6
SUM_TOLERANCE = 1e-3
"""Room for the rounding of quantised models."""


class ExpressionModel:
    """A model file that fits, ready to run on one thread: workers scale, threads don't.

    Raises:
        ModelError: the file is absent, unreadable, its input, output or labels are others, or what it says of
            made crops are no scores.
    """

    def __init__(self, path: Path) -> None:
        self._session = _open(path)
        for problem in _misfits(self._session):
            raise ModelError(f"model {path} does not fit: {problem}")
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self._try_out(path)

    def classify(self, crops: Crops) -> Scores:
        """Return the scores [faces, 7] of face crops uint8 [faces, 48, 48, 1], in one run."""
        (scores,) = self._session.run([OUTPUT], {INPUT: crops})
        return np.asarray(scores, np.float32)

    def _try_out(self, path: Path) -> None:
        try:
            scores = self.classify(_made_crops())
        except Exception as error:
            raise ModelError(f"model {path} cannot be run: {first_line(error)}") from error
        problem = _no_scores(scores)
        if problem:
            raise ModelError(f"model {path} does not fit: output {OUTPUT!r} {problem}")


def _made_crops() -> Crops:
    """Return a ramp of greys and an even grey: two, for some models can do one face and no more."""
    crops = np.full((2, SIDE, SIDE, 1), 128, np.uint8)
    crops[0] = np.linspace(0, 255, SIDE * SIDE).reshape(SIDE, SIDE, 1)
    return crops


def _no_scores(scores: Scores) -> str | None:
    if scores.shape != (2, len(EXPRESSIONS)):
        return f"is of shape {list(scores.shape)} for two faces"
    if not np.isfinite(scores).all():
        return "has values that are no numbers"
    if scores.min() < 0 or scores.max() > 1 + ROUNDING:
        return f"goes from {scores.min():g} to {scores.max():g}, not within 0 to 1: is its softmax missing?"
    if np.abs(scores.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        return f"sums to {scores.sum(axis=1)[0]:g} for a face, not to 1"
    return None


def _open(path: Path) -> Session:
    if not path.is_file():
        raise ModelError(f"model {path} is not there")
    return open_session(path, f"model {path}")


def _misfits(session: Session) -> list[str]:
    inputs = {node.name: node for node in session.get_inputs()}
    outputs = {node.name: node for node in session.get_outputs()}
    wrong = _misfit("input", INPUT, inputs, "tensor(uint8)", (SIDE, SIDE, 1))
    wrong += _misfit("output", OUTPUT, outputs, "tensor(float)", (len(EXPRESSIONS),))
    labels = session.get_modelmeta().custom_metadata_map.get(LABELS)
    if labels != json.dumps(EXPRESSIONS) and _list(labels) != list(EXPRESSIONS):
        wrong.append(f"metadata {LABELS!r} is {labels!r}, not {json.dumps(EXPRESSIONS)}")
    if len(inputs) > 1:
        wrong.append(f"more inputs than {INPUT!r}: {', '.join(inputs)}")
    return wrong


def _misfit(what: str, name: str, nodes: dict[str, Any], dtype: str, shape: tuple[int, ...]) -> list[str]:
    node = nodes.get(name)
    if node is None:
        return [f"no {what} {name!r}, only {', '.join(map(repr, nodes)) or 'none'}"]
    if node.type != dtype or tuple(node.shape[1:]) != shape or isinstance(node.shape[0], int):
        return [f"{what} {name!r} is {node.type} {node.shape}, not {dtype} {['N', *shape]}"]
    return []


def _list(labels: str | None) -> object:
    try:
        return json.loads(labels or "")
    except ValueError:
        return None
