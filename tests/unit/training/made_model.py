"""A small ONNX model of the form that `training.export` writes, made without Keras."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from shared.ferplus import FERPLUS_CLASSES

CHANNELS = 16
DESCRIBED = {
    "mien.network": "made",
    "mien.trained": json.dumps({"epochs": 3, "pictures": 70, "parameters": 1234}),
}


def write_made_model(
    path: Path,
    heads: Mapping[str, int] | None = None,
    properties: Mapping[str, str] | None = None,
    seed: int = 0,
    sharpness: float = 1.0,
) -> Path:
    """Two convolutions with weights drawn from `seed`, a pooling, a softmax for each head."""
    rng = np.random.default_rng(seed)
    weights: dict[str, NDArray[np.generic]] = {
        "to_channels_first": np.array([-1, 1, 48, 48], np.int64),
        "first": rng.normal(0, 0.3, (CHANNELS, 1, 3, 3)).astype(np.float32),
        "second": rng.normal(0, 0.1, (CHANNELS, CHANNELS, 3, 3)).astype(np.float32),
        "grey": np.array(64, np.float32),
        "flat": np.array([-1, CHANNELS], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["face"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["floats", "grey"], ["light"]),
        helper.make_node("Reshape", ["light", "to_channels_first"], ["planes"]),
        helper.make_node("Conv", ["planes", "first"], ["a"], name="conv_1", kernel_shape=[3, 3]),
        helper.make_node("Relu", ["a"], ["b"], name="relu_1"),
        helper.make_node("MaxPool", ["b"], ["c"], name="pool", kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Conv", ["c", "second"], ["d"], name="conv_2", kernel_shape=[3, 3]),
        helper.make_node("Relu", ["d"], ["e"], name="relu_2"),
        helper.make_node("GlobalAveragePool", ["e"], ["mean"]),
        helper.make_node("Reshape", ["mean", "flat"], ["features"]),
    ]
    outputs = []
    for head, classes in (heads or {"fer2013": 7, "ferplus": 8}).items():
        weights[f"to_{head}"] = (sharpness * rng.normal(0, 1, (CHANNELS, classes))).astype(np.float32)
        nodes.append(helper.make_node("MatMul", ["features", f"to_{head}"], [f"{head}_logits"]))
        nodes.append(helper.make_node("Softmax", [f"{head}_logits"], [head], axis=1))
        outputs.append(helper.make_tensor_value_info(head, TensorProto.FLOAT, ["N", classes]))
    face = helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 48, 48, 1])
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "made", [face], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, dict(DESCRIBED if properties is None else properties))
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def made_pictures(count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Noise of many contrasts: uint8 [count, 48, 48]."""
    rng = np.random.default_rng(seed)
    contrast = np.linspace(10, 110, count)[:, np.newaxis, np.newaxis]
    return np.clip(128 + contrast * rng.normal(size=(count, 48, 48)), 0, 255).astype(np.uint8)


def ferplus_of(expression: str) -> int:
    """The place of an expression in FER+'s order."""
    words = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
    return FERPLUS_CLASSES.index(words.get(expression, expression))
