"""The expression model in ONNX Runtime: the only module that knows ONNX Runtime."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from services.inference.crop import SIDE, Crops
from services.inference.processor import Scores
from shared.entities import EXPRESSIONS
from shared.errors import ModelError

INPUT = "face"
OUTPUT = "fer2013"
LABELS = "mien.labels"


class ExpressionModel:
    """A model file that fits, ready to run on one thread: workers scale, threads don't.

    Raises:
        ModelError: the file is absent, unreadable, or its input, output or labels are others.
    """

    def __init__(self, path: Path) -> None:
        self._session = _open(path)
        for problem in _misfits(self._session):
            raise ModelError(f"model {path} does not fit: {problem}")
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    def classify(self, crops: Crops) -> Scores:
        """Return the scores [faces, 7] of face crops uint8 [faces, 48, 48, 1], in one run."""
        (scores,) = self._session.run([OUTPUT], {INPUT: crops})
        return np.asarray(scores, np.float32)


def _open(path: Path) -> onnxruntime.InferenceSession:
    if not path.is_file():
        raise ModelError(f"model {path} is not there")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # Its own complaints would repeat what the error below says.
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"model {path} cannot be read: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), repr(error))


def _misfits(session: onnxruntime.InferenceSession) -> list[str]:
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
