"""A run's network as it ships: preprocessing, temperatures and softmax in one graph, in Keras and in ONNX."""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from keras import layers, ops
from numpy.typing import NDArray

from shared.errors import ModelError, SettingsError
from training.csvfile import SIDE_PX
from training.networks import build_network
from training.normalization import Tensor
from training.params import NetworkParams, View
from training.runs import RunFolder, RunRecord
from training.session import open_session, predict

# ONNX Runtime 1.22, the oldest that Mien allows, reads up to opset 23; tf2onnx writes up to 18.
OPSET = 18
# Largest difference of a probability between Keras and ONNX Runtime.
TOLERANCE = 1e-4
PARITY_PICTURES = 256


def load_network(folder: RunFolder, record: RunRecord) -> tuple[keras.Model, View]:
    """The run's network in float32 with its averaged weights, and how it is shown pictures.

    Raises:
        ModelError: the weights are absent or damaged, or the record has not all parameters of the network.
    """
    keras.mixed_precision.set_global_policy("float32")
    try:
        params = NetworkParams.parse(record.params["network_params"])
        network = build_network(record.network, record.heads, params)
    except (KeyError, SettingsError) as error:
        raise ModelError(f"{folder.record_path}: no usable parameters: {error}") from error
    folder.load(network, folder.averaged_weights)
    return network, params.view


def build_serving(
    network: keras.Model, view: View, temperatures: Mapping[str, float] | None = None
) -> keras.Model:
    """The network as it ships: uint8 [N, 48, 48, 1] in, shown as `view` says, probabilities of each head out.

    The logits of each head are divided by its temperature; by 1 where there is none.
    """
    faces = keras.Input((SIDE_PX, SIDE_PX, 1), dtype="uint8", name="face")
    around = (view.border, view.border)
    wider = ops.pad(ops.cast(faces, "float32"), ((0, 0), around, around, (0, 0)), mode="reflect")
    logits = network(layers.Resizing(view.size, view.size, interpolation="bilinear")(wider))
    colder = {name: 1 / (temperatures or {}).get(name, 1.0) for name in logits}
    scores = {name: layers.Softmax(name=f"{name}_scores")(row * colder[name]) for name, row in logits.items()}
    return keras.Model(faces, scores, name="expression")


def convert(serving: keras.Model) -> onnx.ModelProto:
    """The ONNX graph of `serving`: input `face`, one output for each head by its name."""

    def serve(face: Tensor) -> dict[str, Tensor]:
        return {name: tf.identity(scores, name) for name, scores in serving(face, training=False).items()}

    signature = [tf.TensorSpec((None, SIDE_PX, SIDE_PX, 1), tf.uint8, name="face")]
    traced = tf.function(serve, input_signature=signature)
    graph: onnx.ModelProto
    graph, _ = tf2onnx.convert.from_function(traced, input_signature=signature, opset=OPSET)
    return graph


def write_model(graph: onnx.ModelProto, properties: Mapping[str, str], path: Path) -> None:
    """Writes the checked graph with its metadata."""
    onnx.helper.set_model_props(graph, dict(properties))
    onnx.checker.check_model(graph)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(path))


def parity_pictures() -> NDArray[np.uint8]:
    """Random pictures of many contrasts, one of them blank: uint8 [256, 48, 48]."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(PARITY_PICTURES, SIDE_PX, SIDE_PX))
    contrast = np.linspace(0, 120, PARITY_PICTURES)[:, np.newaxis, np.newaxis]
    return np.clip(128 + contrast * noise, 0, 255).astype(np.uint8)


def check_parity(serving: keras.Model, path: Path) -> float:
    """The largest difference of a probability between Keras and the file at `path`.

    Raises:
        ModelError: it is over `TOLERANCE`.
    """
    pictures = parity_pictures()
    expected = serving.predict(pictures[..., np.newaxis], verbose=0)
    session = open_session(path)
    worst = max(
        float(np.abs(predict(session, pictures, head) - rows).max()) for head, rows in expected.items()
    )
    if worst > TOLERANCE:
        raise ModelError(f"{path}: differs from the Keras model by {worst:.1e} in a probability")
    return worst


def replace_model(serving: keras.Model, properties: Mapping[str, str], path: Path) -> float:
    """Puts `serving` in the place of the model at `path`; returns the largest difference from Keras.

    Raises:
        ModelError: the written file does not do what `serving` does; the old one stays.
    """
    partial = path.with_name(f"{path.name}.tmp")
    try:
        write_model(convert(serving), properties, partial)
        worst = check_parity(serving, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return worst
