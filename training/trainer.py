"""One run of training: epoch after epoch until the epochs or the time are used up, each with a checkpoint."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from training.batches import PlainBatches, TrainingBatches
from training.callbacks import KeepRawWeights, PaceCallback, SeedEpoch
from training.networks import Heads, build_network
from training.pace import Pace
from training.params import Params
from training.runs import RunFolder, RunRecord
from training.splits import Dataset

log = logging.getLogger(__name__)


def build_trainable(params: Params, heads: Heads) -> keras.Model:
    """The network with its optimizer and losses, ready for a first step or for a checkpoint."""
    keras.mixed_precision.set_global_policy(params.precision)
    model = build_network(params.network, heads, params.network_params)
    optimizer = _optimizer(params)
    model.compile(
        optimizer,
        loss={head: keras.losses.CategoricalCrossentropy(from_logits=True) for head in heads},
        loss_weights={head: 1.0 if head == "fer2013" else params.ferplus_weight for head in heads},
        metrics={head: [keras.metrics.CategoricalAccuracy(name="accuracy")] for head in heads},
    )
    optimizer.build(model.trainable_variables)
    return model


def _optimizer(params: Params) -> keras.optimizers.Optimizer:
    rate, averaging = params.network_params.peak_rate, {"use_ema": True, "ema_momentum": params.ema}
    if params.network_params.optimizer == "adam":
        return keras.optimizers.Adam(rate, **averaging)
    return keras.optimizers.SGD(rate, momentum=params.momentum, nesterov=True, **averaging)


@dataclass
class Trainer:
    """A model on its data; the record grows with each epoch, and the folder with it.

    `watchers` are further Keras callbacks, called in each epoch.
    """

    model: keras.Model
    dataset: Dataset
    params: Params
    folder: RunFolder
    record: RunRecord
    pace: Pace
    watchers: Sequence[keras.callbacks.Callback] = ()
    validation: PlainBatches = field(init=False)

    def __post_init__(self) -> None:
        public = self.dataset.split("PublicTest")
        self.validation = PlainBatches(public, self.params.network_params.view)

    def run(self) -> None:
        """Trains to the end."""
        while self.pace.progress(self.record.epochs_done) < 1.0:
            self.run_epoch()
        self.record.finished = True
        self.folder.write_record(self.record)

    def run_epoch(self) -> None:
        """Trains for one epoch, measures the averaged weights, writes a checkpoint."""
        figures, raw = self._fit(self.record.epochs_done)
        self.folder.save(self.model, self.folder.averaged_weights)
        measured = self.model.evaluate(self.validation, verbose=0, return_dict=True)
        figures.update({f"public_{name}": value for name, value in measured.items()})
        self.model.set_weights(raw)
        self._checkpoint({name: float(value) for name, value in figures.items()})

    def _fit(self, epoch: int) -> tuple[dict[str, float], list[Any]]:
        """One pass over Training; leaves the averaged weights in the model and returns the raw ones."""
        network = self.params.network_params
        size = network.size_at(self.pace.progress(epoch))
        batches = TrainingBatches(self.dataset.split("Training"), self.params, epoch, size)
        pace = PaceCallback(self.pace, epoch, len(batches), network.peak_rate, self.params.warmup)
        keep = KeepRawWeights()
        fitted = self.model.fit(
            batches,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=1 if sys.stdout.isatty() else 0,
            callbacks=[SeedEpoch(self.params.seed), pace, keep, *self.watchers],
        )
        # Keras has put the optimizer's own arrays in their place, which JAX's evaluation would use up.
        self.model.set_weights(self.model.get_weights())
        figures = {name: values[-1] for name, values in fitted.history.items()}
        return {"epoch": epoch + 1, "size": size, **figures}, keep.weights

    def _checkpoint(self, figures: dict[str, float]) -> None:
        self.folder.save(self.model, self.folder.last_weights)
        record = self.record
        record.epochs_done, record.elapsed_s = record.epochs_done + 1, self.pace.elapsed_s()
        record.history.append(figures | {"elapsed_s": record.elapsed_s})
        self.folder.write_record(record)
        log.info(
            "epoch %d: loss %.3f, PublicTest accuracy %.1f %%, %d px, %.0f min left",
            record.epochs_done,
            figures["loss"],
            100 * figures[record.accuracy_key("PublicTest")],
            figures["size"],
            self.pace.left_s(record.epochs_done) / 60,
        )
