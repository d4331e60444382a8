"""Static int8 for the convolutions of an exported model, by ONNX Runtime's quantizer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray

from shared.errors import ModelError
from training.session import BATCH

# After training.session, which turns ONNX Runtime's telemetry off.
from onnxruntime.quantization import (  # isort: skip
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process  # isort: skip

# What int8 makes faster here; everything before the first convolution and after the last stays float32.
OPERATORS = ["Conv", "Relu", "MaxPool"]


class _Faces(CalibrationDataReader):  # type: ignore[misc]
    """Serves pictures uint8 [N, 48, 48] to the quantizer."""

    def __init__(self, pictures: NDArray[np.uint8]) -> None:
        faces = pictures[..., np.newaxis]
        self._batches = (faces[start : start + BATCH] for start in range(0, len(faces), BATCH))

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        """The next batch, or None at the end."""
        faces = next(self._batches, None)
        return None if faces is None else {"face": faces}


def choose_pictures(pictures: NDArray[np.uint8], count: int, seed: int) -> NDArray[np.uint8]:
    """`count` of the pictures [N, 48, 48], or all where there are fewer, drawn from `seed`."""
    order = np.random.default_rng(seed).permutation(len(pictures))
    return pictures[np.sort(order[:count])]


def first_convolution(graph: onnx.ModelProto) -> list[str]:
    """The name of the convolution that reads the picture, in a list; empty if there is none."""
    return [node.name for node in graph.graph.node if node.op_type == "Conv"][:1]


def quantize(source: Path, pictures: NDArray[np.uint8], target: Path) -> None:
    """Writes the float32 model `source` with int8 convolutions to `target`, its metadata with it.

    Ranges are the least and greatest values seen on the calibration `pictures` uint8 [N, 48, 48]; weights
    have a scale for each channel. The first convolution stays float32: it is little work, and its one input
    channel, the picture itself, is where rounding costs most.

    Weights take 7 of the 8 bits: processors with AVX2 and no VNNI add two products in 16 bits, which 8-bit
    weights can overflow (ONNX Runtime's documentation, "When and why do I need to try U8U8?").

    Raises:
        ModelError: the quantizer cannot do it.
    """
    try:
        with TemporaryDirectory() as folder, _quiet():
            prepared = Path(folder) / "prepared.onnx"
            quant_pre_process(source, prepared, skip_symbolic_shape=True)
            quantize_static(
                prepared,
                target,
                _Faces(pictures),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=OPERATORS,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=first_convolution(onnx.load(prepared)),
                calibrate_method=CalibrationMethod.MinMax,
            )
    except Exception as error:  # the quantizer's errors have no common base of their own
        reason = next(iter(str(error).splitlines()), repr(error))
        raise ModelError(f"{source}: cannot be quantized: {reason}") from error
    _copy_metadata(source, target)


def _copy_metadata(source: Path, target: Path) -> None:
    properties = {entry.key: entry.value for entry in onnx.load(source).metadata_props}
    graph = onnx.load(target)
    onnx.helper.set_model_props(graph, properties)
    onnx.save(graph, str(target))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the quantizer's hints, which it gives to the root logger."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
