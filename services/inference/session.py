"""The expression model in ONNX Runtime."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.inference.crop import SIDE, Crops
from services.inference.heads import HEADS, Head, Labels, preferred
from services.inference.onnx_runtime import Session, first_line, open_session
from services.inference.processor import Scores
from shared.errors import ModelError

INPUT = "face"

UNSURE_BELOW = "mien.unsure_below"
"""The property that has, by head, the highest score under which an expression is not named."""

ROUNDING = 1e-6
SUM_TOLERANCE = 1e-3
"""Room for the rounding of quantised models."""


class ExpressionModel:
    """A model file that fits, ready to run on one thread: workers scale, threads don't.

    `labels` says by which of its heads: FER2013's or FER+'s; None for FER+'s where it has one. The
    temperature that calibrates a head is inside the graph: what comes out is scaled already.

    Attributes:
        labels: by which of its heads it is read.
        metadata: the file's properties.
        sure: the highest score from which an expression is named; None where the file does not say.

    Raises:
        ModelError: the file is absent, unreadable, its input, output or labels are others, or what it says of
            made crops are no scores.
    """

    def __init__(self, path: Path, labels: Labels | None = None) -> None:
        self._session = _open(path)
        self._head = HEADS[labels] if labels else preferred(_outputs(self._session))
        self.labels = self._head.output
        for problem in _misfits(self._session, self._head):
            raise _no_fit(path, self._head, problem)
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self.sure = _sure(self.metadata, self._head, path)
        self._try_out(path)

    def classify(self, crops: Crops) -> Scores:
        """Return the scores [faces, 7] of face crops uint8 [faces, 48, 48, 1], in one run."""
        return self._head.seven(self._run(crops))

    def _run(self, crops: Crops) -> NDArray[np.float32]:
        (rows,) = self._session.run([self._head.output], {INPUT: crops})
        return np.asarray(rows, np.float32)

    def _try_out(self, path: Path) -> None:
        try:
            rows = self._run(_made_crops())
        except Exception as error:
            raise ModelError(f"model {path} cannot be run: {first_line(error)}") from error
        problem = _no_scores(rows, len(self._head.classes))
        if problem:
            raise _no_fit(path, self._head, f"output {self._head.output!r} {problem}")


def _sure(metadata: dict[str, str], head: Head, path: Path) -> float | None:
    if UNSURE_BELOW not in metadata:
        return None
    text = metadata[UNSURE_BELOW]
    try:
        found = json.loads(text).get(head.output)
        if found is None or 0 <= float(found) <= 1:
            return None if found is None else float(found)
    except (AttributeError, TypeError, ValueError):
        pass
    raise _no_fit(path, head, f"metadata {UNSURE_BELOW!r} is {text!r}, not a score for each head")


def _no_fit(path: Path, head: Head, problem: str) -> ModelError:
    """Return the error; it names the setting for another head than the one that every model has."""
    asked = "" if head.output == "fer2013" else f" MIEN_LABELS={head.output}"
    return ModelError(f"model {path} does not fit{asked}: {problem}")


def _made_crops() -> Crops:
    """Return a ramp of greys and an even grey: two, for some models can do one face and no more."""
    crops = np.full((2, SIDE, SIDE, 1), 128, np.uint8)
    crops[0] = np.linspace(0, 255, SIDE * SIDE).reshape(SIDE, SIDE, 1)
    return crops


def _no_scores(scores: NDArray[np.float32], classes: int) -> str | None:
    if scores.shape != (2, classes):
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


def _outputs(session: Session) -> list[str]:
    return [node.name for node in session.get_outputs()]


def _misfits(session: Session, head: Head) -> list[str]:
    inputs = {node.name: node for node in session.get_inputs()}
    outputs = {node.name: node for node in session.get_outputs()}
    wrong = _misfit("input", INPUT, inputs, "tensor(uint8)", (SIDE, SIDE, 1))
    wrong += _misfit("output", head.output, outputs, "tensor(float)", (len(head.classes),))
    labels = session.get_modelmeta().custom_metadata_map.get(head.metadata)
    if _list(labels) != list(head.classes):
        wrong.append(f"metadata {head.metadata!r} is {labels!r}, not {json.dumps(head.classes)}")
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
