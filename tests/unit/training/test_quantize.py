from pathlib import Path

import numpy as np
import onnx
import pytest

from shared.errors import ModelError
from tests.unit.training.made_model import DESCRIBED, made_pictures, write_made_model
from training.quantize import choose_pictures, first_convolution, quantize
from training.session import open_session, output_names, predict


def test_int8_says_nearly_what_float32_says(tmp_path: Path) -> None:
    source, target = write_made_model(tmp_path / "fp32.onnx"), tmp_path / "int8.onnx"
    quantize(source, made_pictures(64), target)
    others = made_pictures(40, seed=1)
    for head in output_names(open_session(source)):
        before, after = (predict(open_session(path), others, head) for path in (source, target))
        np.testing.assert_allclose(after, before, atol=0.03)
        np.testing.assert_allclose(after.sum(axis=1), 1, atol=1e-5)
        assert not np.array_equal(after, before)


def test_only_the_first_convolution_and_what_stands_around_the_network_stay_float32(tmp_path: Path) -> None:
    source, target = write_made_model(tmp_path / "fp32.onnx"), tmp_path / "int8.onnx"
    quantize(source, made_pictures(32), target)
    graph = onnx.load(target).graph
    made_by = {output: node.op_type for node in graph.node for output in node.output}
    inputs = {node.name: made_by.get(node.input[0]) for node in graph.node if node.op_type == "Conv"}
    assert inputs == {"conv_1": "Reshape", "conv_2": "DequantizeLinear"}
    for node in graph.node:
        if node.op_type in ("Softmax", "MatMul", "Div"):
            assert made_by.get(node.input[0]) != "DequantizeLinear"


def test_weights_have_a_scale_for_each_channel(tmp_path: Path) -> None:
    source, target = write_made_model(tmp_path / "fp32.onnx"), tmp_path / "int8.onnx"
    quantize(source, made_pictures(32), target)
    graph = onnx.load(target).graph
    scales = [list(constant.dims) for constant in graph.initializer if constant.name == "second_scale"]
    assert scales == [[16]]


def test_no_pair_of_products_overflows_16_bits(tmp_path: Path) -> None:
    source, target = write_made_model(tmp_path / "fp32.onnx"), tmp_path / "int8.onnx"
    quantize(source, made_pictures(32), target)
    (weights,) = (c for c in onnx.load(target).graph.initializer if c.name == "second_quantized")
    largest = int(np.abs(onnx.numpy_helper.to_array(weights).astype(np.int64)).max())
    assert 2 * 255 * largest < 2**15


def test_the_metadata_comes_along(tmp_path: Path) -> None:
    source, target = write_made_model(tmp_path / "fp32.onnx"), tmp_path / "int8.onnx"
    quantize(source, made_pictures(8), target)
    assert open_session(target).get_modelmeta().custom_metadata_map == DESCRIBED


def test_a_file_that_cannot_be_quantized_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"broken\.onnx: cannot be quantized: ") as caught:
        quantize(path, made_pictures(8), tmp_path / "int8.onnx")
    assert "\n" not in str(caught.value)


def test_the_same_seed_chooses_the_same_pictures() -> None:
    pictures = made_pictures(20)
    chosen = choose_pictures(pictures, 6, seed=3)
    assert chosen.shape == (6, 48, 48)
    np.testing.assert_array_equal(chosen, choose_pictures(pictures, 6, seed=3))
    assert not np.array_equal(chosen, choose_pictures(pictures, 6, seed=4))
    assert len(choose_pictures(pictures, 100, seed=3)) == 20


def test_a_model_without_a_convolution_has_no_first_one() -> None:
    graph = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    assert first_convolution(graph) == []
