"""The networks, in backend-neutral Keras 3: uint8 faces in, one row of logits for each head out."""

from collections.abc import Callable, Mapping

import keras
from keras import layers, ops

from training.normalization import FusedBatchNormalization, Tensor
from training.params import NetworkParams

Heads = Mapping[str, int]
"""The number of classes of each head by its name, `fer2013` first."""

# Keeps a blank picture from being divided by zero; in grey values.
MIN_DEVIATION = 1.0


class Standardize(layers.Layer):  # type: ignore[misc]
    """Gives each picture [N, H, W, 1] mean 0 and deviation 1, so that the light's strength matters less."""

    def __init__(self) -> None:
        super().__init__(dtype="float32")

    def call(self, pictures: Tensor) -> Tensor:
        """float32 of the same shape."""
        grey = ops.cast(pictures, "float32")
        centered = grey - ops.mean(grey, axis=(1, 2, 3), keepdims=True)
        variance = ops.mean(ops.square(centered), axis=(1, 2, 3), keepdims=True)
        return centered / (ops.sqrt(variance) + MIN_DEVIATION)


def _add_heads(features: Tensor, heads: Heads) -> dict[str, Tensor]:
    """One dense layer of logits for each head, in float32 whatever the trunk computes in."""
    return {name: layers.Dense(size, dtype="float32", name=name)(features) for name, size in heads.items()}


def build_mien(heads: Heads, params: NetworkParams) -> keras.Model:
    """Mien's own: 1.8 M parameters, four stages of 3x3 convolutions, then one average for each channel.

    The first stage, at full size, has a single convolution: a second one takes a third of a training step.

    It reads any picture size: the average over the last map makes the head independent of it.
    """
    faces = keras.Input((None, None, 1), name="face")
    maps = Standardize()(faces)
    for number, stage in enumerate(params.stages):
        if number:
            maps = layers.MaxPooling2D()(maps)
        for channels in stage:
            maps = layers.Conv2D(
                channels,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                kernel_regularizer=keras.regularizers.L2(params.l2),
            )(maps)
            maps = FusedBatchNormalization(momentum=0.98)(maps)
            maps = layers.ReLU()(maps)
    features = layers.Dropout(params.dropout)(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(faces, _add_heads(features, heads), name="mien")


def build_original(heads: Heads, params: NetworkParams) -> keras.Model:
    """The network that Mien's is compared with: 7.2 M parameters, three dense layers."""
    faces = keras.Input((48, 48, 1), name="face")
    # FER2013's grey values have a mean of 129 and a deviation of 65.
    maps = layers.Rescaling(1 / 64, offset=-2.0)(faces)
    for stage in params.stages:
        for channels in stage:
            maps = layers.Conv2D(channels, 3, padding="same", activation="relu")(maps)
        maps = layers.Dropout(params.dropout)(layers.MaxPooling2D()(maps))
    features = layers.Flatten()(maps)
    for units in (512, 256, 128):
        features = layers.Dense(units, activation="relu")(features)
    return keras.Model(faces, _add_heads(features, heads), name="original")


BUILDERS: Mapping[str, Callable[[Heads, NetworkParams], keras.Model]] = {
    "mien": build_mien,
    "original": build_original,
}


def build_network(name: str, heads: Heads, params: NetworkParams) -> keras.Model:
    """The network `name`, its weights drawn from Keras's global seed."""
    return BUILDERS[name](heads, params)
