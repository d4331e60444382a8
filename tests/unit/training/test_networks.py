from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="networks need Keras: install mien[training]", exc_type=ImportError)

import keras

from training.networks import Standardize, build_network
from training.normalization import FusedBatchNormalization
from training.params import load_params

HEADS = {"fer2013": 7, "ferplus": 8}


@pytest.mark.parametrize(("name", "size", "millions"), [("mien", 44, 1.77), ("original", 48, 7.2)])
def test_a_network_gives_a_row_of_logits_for_each_head(name: str, size: int, millions: float) -> None:
    network = build_network(name, HEADS, load_params(name).network_params)
    logits = network(np.zeros((2, size, size, 1), np.uint8))
    assert {head: tuple(rows.shape) for head, rows in logits.items()} == {
        "fer2013": (2, 7),
        "ferplus": (2, 8),
    }
    assert network.count_params() / 1e6 == pytest.approx(millions, abs=0.05)


def test_the_stages_of_the_parameters_are_those_of_the_network() -> None:
    params = replace(load_params("mien").network_params, stages=((4,), (6, 8)))
    network = build_network("mien", HEADS, params)
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [4, 6, 8]
    assert sum(isinstance(layer, keras.layers.MaxPooling2D) for layer in network.layers) == 1


def test_mien_reads_other_sizes_too() -> None:
    network = build_network("mien", HEADS, replace(load_params("mien").network_params, l2=0.0))
    assert network(np.zeros((1, 32, 32, 1), np.uint8))["fer2013"].shape == (1, 7)


def test_brightness_and_contrast_make_no_difference_behind_standardization() -> None:
    face = np.random.default_rng(0).integers(60, 120, (1, 8, 8, 1)).astype(np.float32)
    plain, changed = (
        keras.ops.convert_to_numpy(Standardize()(pictures)) for pictures in (face, 2 * face + 10)
    )
    np.testing.assert_allclose(plain, changed, atol=0.06)
    assert not keras.ops.convert_to_numpy(Standardize()(np.full((1, 8, 8, 1), 90, np.uint8))).any()


def test_the_fused_layer_does_what_keras_s_own_does() -> None:
    maps = np.random.default_rng(0).normal(3, 2, (4, 5, 5, 2)).astype(np.float32)
    own, fused = keras.layers.BatchNormalization(momentum=0.5), FusedBatchNormalization(momentum=0.5)
    expected, found = (keras.ops.convert_to_numpy(layer(maps, training=True)) for layer in (own, fused))
    np.testing.assert_allclose(found, expected, atol=1e-4)
    (mean, variance), (own_mean, own_variance) = (layer.get_weights()[2:] for layer in (fused, own))
    np.testing.assert_allclose(mean, own_mean, rtol=1e-4)
    # TensorFlow's kernel follows the unbiased variance, N / (N - 1) of Keras's.
    np.testing.assert_allclose(variance, own_variance, rtol=0.02)
