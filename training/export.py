"""Exports a run's averaged weights as the ONNX model that workers read.

$ python -m training.export [--run runs/latest] [--out models/expression.onnx]
"""

import argparse
import importlib.metadata
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from keras import layers, ops
from numpy.typing import NDArray

from shared.entities import EXPRESSIONS
from shared.errors import MienError, ModelError
from training.csvfile import SIDE_PX
from training.networks import build_network
from training.normalization import Tensor
from training.params import NetworkParams
from training.runs import DEFAULT_RUN, RunFolder, RunRecord
from training.session import open_session, predict
from training.votes import FERPLUS_LABELS

log = logging.getLogger(__name__)

DEFAULT_MODEL = Path("models/expression.onnx")
# ONNX Runtime 1.22, the oldest that Mien allows, reads up to opset 23; tf2onnx writes up to 18.
OPSET = 18
# Largest difference of a probability between Keras and ONNX Runtime.
TOLERANCE = 1e-4
PARITY_PICTURES = 64
INPUT_TEXT = "face: uint8 [N, 48, 48, 1], grey face crops; cropping and scaling are inside the graph"


def load_network(folder: RunFolder, record: RunRecord) -> keras.Model:
    """The run's network in float32 with its averaged weights.

    Raises:
        ModelError: the weights are absent or damaged.
    """
    keras.mixed_precision.set_global_policy("float32")
    params = NetworkParams.parse(record.params["network_params"])
    network = build_network(record.network, record.heads, params)
    folder.load(network, folder.averaged_weights)
    return network


def build_serving(network: keras.Model, size: int) -> keras.Model:
    """The network as it ships: uint8 [N, 48, 48, 1] in, central `size` px, probabilities of each head out."""
    faces = keras.Input((SIDE_PX, SIDE_PX, 1), dtype="uint8", name="face")
    margin = (SIDE_PX - size) // 2
    logits = network(layers.Cropping2D(margin)(ops.cast(faces, "float32")))
    scores = {name: layers.Softmax(name=f"{name}_scores")(row) for name, row in logits.items()}
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


def metadata(record: RunRecord) -> dict[str, str]:
    """What a reader of the file must know, as ONNX metadata properties."""
    labels = {"mien.labels": json.dumps(EXPRESSIONS)}
    if "ferplus" in record.heads:
        labels["mien.ferplus_labels"] = json.dumps(FERPLUS_LABELS)
    return labels | {
        "mien.input": INPUT_TEXT,
        "mien.network": record.network,
        "mien.version": importlib.metadata.version("mien"),
        "mien.data_sha256": record.data_sha256,
        "mien.trained": json.dumps({"epochs": record.epochs_done, "pictures": record.data_rows["Training"]}),
    }


def write_model(graph: onnx.ModelProto, properties: Mapping[str, str], path: Path) -> None:
    """Writes the checked graph with its metadata."""
    onnx.helper.set_model_props(graph, dict(properties))
    onnx.checker.check_model(graph)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(path))


def parity_pictures() -> NDArray[np.uint8]:
    """Random pictures of many contrasts, one of them blank: uint8 [64, 48, 48]."""
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


def export(folder: RunFolder, path: Path) -> float:
    """Writes the model of the run at `folder` to `path`; returns the largest difference from Keras.

    A model that stands there stays until the new one has been compared with Keras.

    Raises:
        ModelError: there is no run, or the written file does not do what the Keras model does.
    """
    record = folder.read_record()
    if not record.finished:
        log.warning(
            "%s: the run is not finished: this is its state after %d epochs", folder.path, record.epochs_done
        )
    serving = build_serving(load_network(folder, record), record.size)
    return replace_model(serving, metadata(record), path)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export",
        description="Input: a run folder. Output: an ONNX model with its metadata.",
    )
    parser.add_argument(
        "--run", type=Path, default=DEFAULT_RUN, metavar="DIR", help=f"default: {DEFAULT_RUN}"
    )
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_MODEL, metavar="ONNX", help=f"default: {DEFAULT_MODEL}"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    arguments = parse_arguments(argv)
    try:
        worst = export(RunFolder(arguments.run), arguments.out)
    except MienError as error:
        print(error, file=sys.stderr)
        return 1
    size_mb = arguments.out.stat().st_size / 1e6
    print(f"{arguments.out}: {size_mb:.1f} MB, at most {worst:.1e} from Keras")
    return 0


if __name__ == "__main__":
    sys.exit(main())
