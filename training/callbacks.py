"""Callbacks of one epoch: it is seeded, the learning rate set, the time watched, the raw weights kept."""

from typing import Any

import keras

from training.pace import Pace, learning_rate
from training.seeds import seed_epoch


def set_learning_rate(model: keras.Model, rate: float) -> None:
    """Sets the rate of the next step, in the middle of an epoch too.

    Keras's JAX trainer carries the variables in a state of its own from step to step and would not look at
    the optimizer before the epoch's end. A model that is in step with that state is read anew.
    """
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
    model.optimizer.learning_rate = rate


class PaceCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate before each step of one epoch and stops the run when its time is up."""

    def __init__(self, pace: Pace, epoch: int, steps: int, peak: float, warmup: float) -> None:
        super().__init__()
        self._pace, self._epoch, self._steps = pace, epoch, steps
        self._peak, self._warmup = peak, warmup

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
        """The rate for this step."""
        progress = self._pace.progress(self._epoch + batch / self._steps)
        set_learning_rate(self.model, learning_rate(progress, self._peak, self._warmup))

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:  # noqa: ARG002
        """Ends the epoch early when no time is left."""
        if self._pace.progress(self._epoch) >= 1.0:
            self.model.stop_training = True


class SeedEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Seeds the epoch as it begins: what `fit` does before that draws numbers of its own, the first time."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
        """Before the first step."""
        seed_epoch(self.model, self._seed, epoch)


class KeepRawWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Remembers the weights of the last step: `fit` puts their moving average in their place as it ends."""

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002
        """Keras calls this just before it swaps them."""
        self.weights: list[Any] = self.model.get_weights()
