"""Small ONNX models for tests: they answer at once and need no training."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from shared.entities import EXPRESSIONS


def write_model(
    path: Path,
    *,
    input_name: str = "face",
    output_name: str = "fer2013",
    classes: int = 7,
    dtype: int = TensorProto.UINT8,
    side: int = 48,
    labels: Sequence[str] | None = EXPRESSIONS,
    labels_key: str = "mien.labels",
    seed: int = 7,
    version: str = "",
) -> Path:
    """Write a model whose scores are the softmax of a fixed projection of the crop; return its path."""
    weights = np.random.default_rng(seed).normal(0, 0.02, (side * side, classes)).astype(np.float32)
    nodes = [
        helper.make_node("Cast", [input_name], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["pixels", "flat"], ["rows"]),
        helper.make_node("Div", ["rows", "scale"], ["scaled"]),
        helper.make_node("MatMul", ["scaled", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [output_name], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(input_name, dtype, ["N", side, side, 1])],
        [helper.make_tensor_value_info(output_name, TensorProto.FLOAT, ["N", classes])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([-1, side * side], np.int64), "flat"),
            numpy_helper.from_array(np.array(32.0, np.float32), "scale"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if labels is not None:
        more = {"mien.version": version} if version else {}
        helper.set_model_props(model, {labels_key: json.dumps(list(labels)), **more})
    onnx.save(model, str(path))
    return path
