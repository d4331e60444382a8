"""One seed for everything that draws numbers, and operations that give the same result each time."""

import keras
import numpy as np


def seed_run(seed: int) -> None:
    """Seeds Python, numpy and the backend, so that the same run on the same processor has the same history.

    On a processor TensorFlow is told to be deterministic, which costs nothing there: 26 steps of Mien's
    network took 11.4 s of processor time with it and without. On an accelerator it would cost speed, so
    it is left alone.
    """
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf  # noqa: PLC0415 (other backends have no TensorFlow)

        if not tf.config.list_physical_devices("GPU"):
            tf.config.experimental.enable_op_determinism()


def seed_epoch(model: keras.Model, seed: int, epoch: int) -> None:
    """Seeds what `model` drops in one epoch, so that a run that is gone on with drops what a whole one does.

    Keras does not keep the state of a layer's generator with the weights, and PyTorch's dropout draws from
    the backend's own.
    """
    keras.utils.set_random_seed(seed + epoch)
    for place, layer in enumerate(model.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign(np.random.default_rng((seed, epoch, place)).integers(0, 2**31, 2))
