"""Runs on made data, on whichever Keras backend is installed (`KERAS_BACKEND` chooses between several)."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs Keras: install mien[training]", exc_type=ImportError)

import keras
from numpy.typing import NDArray

from shared.errors import ModelError
from training.batches import PlainBatches
from training.callbacks import PaceCallback
from training.pace import Pace, learning_rate
from training.params import Params, View, load_params
from training.runs import RunFolder
from training.seeds import seed_run
from training.splits import Dataset, Split
from training.train import new_record, train
from training.trainer import Trainer, build_trainable

pytestmark = [
    pytest.mark.timeout(240),
    # Keras's own conversion of tensors, with numpy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

BATCH = 8
STEPS = 25


@dataclass
class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Notes the loss of each step and the rate that it was done with."""

    losses: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        self.losses.append(float(logs["loss"]))
        self.rates.append(float(np.array(self.model.optimizer.learning_rate)))


def draw_stripes(label: int, seed: int) -> NDArray[np.uint8]:
    """Noisy stripes, upright for label 1 and level for label 0: soon learnt by a thin network."""
    wave = 90 * np.sin(np.arange(48) * 0.8) + 128
    level = np.tile(wave[:, np.newaxis], 48) + np.random.default_rng(seed).normal(0, 20, (48, 48))
    return np.clip(level.T if label else level, 0, 255).astype(np.uint8)


def made_split(count: int, first: int) -> Split:
    labels = np.arange(count, dtype=np.uint8) % 2
    pictures = np.stack([draw_stripes(int(label), first + index) for index, label in enumerate(labels)])
    return Split(pictures, labels, np.arange(first, first + count))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    splits = {"Training": made_split(BATCH * STEPS, 0), "PublicTest": made_split(14, 1000)}
    return Dataset(Path("made.csv"), splits, "ab")


@pytest.fixture(scope="module")
def params() -> Params:
    """Mien's network and recipe, thin: a step takes milliseconds."""
    shipped = load_params("mien", epochs=2)
    network = replace(
        shipped.network_params, stages=((4,), (8,)), sizes=((0.0, 32), (0.5, 44)), peak_rate=0.02, l2=1e-4
    )
    return replace(shipped, batch=BATCH, network_params=network)


def run(params: Params, dataset: Dataset, path: Path) -> tuple[RunFolder, Watch]:
    """A whole run with what was noted of it."""
    folder, watch = RunFolder(path), Watch()
    seed_run(params.seed)
    record = new_record(params, dataset, None)
    folder.make_room()
    model = build_trainable(params, record.heads)
    Trainer(model, dataset, params, folder, record, Pace(params.epochs, None), [watch]).run()
    return folder, watch


@pytest.fixture(scope="module")
def done(
    params: Params, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunFolder, Watch]:
    """One such run of 50 steps, for comparison."""
    return run(params, dataset, tmp_path_factory.mktemp("runs") / "done")


def test_the_same_seed_gives_the_same_loss_at_each_of_50_steps(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    again = run(params, dataset, tmp_path / "again")
    assert len(done[1].losses) == 50
    assert again[1].losses == done[1].losses
    first, second = (
        [entry | {"elapsed_s": 0.0} for entry in folder.read_record().history] for folder, _ in (done, again)
    )
    assert first == second


def test_another_seed_gives_another_history(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    other = run(replace(params, epochs=1, seed=params.seed + 1), dataset, tmp_path / "other")[1]
    assert other.losses[0] != done[1].losses[0]


def test_the_loss_falls_and_the_averaged_weights_tell_the_made_pictures_apart(
    params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    network = replace(params.network_params, peak_rate=0.05)
    brief = replace(params, epochs=3, ema=0.9, network_params=network)
    history = run(brief, dataset, tmp_path / "run")[0].read_record().history
    assert history[-1]["loss"] < 0.8 * history[0]["loss"]
    assert history[-1]["public_accuracy"] > 0.8


def test_adam_makes_the_loss_fall_where_a_network_asks_for_it(
    params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    network = replace(params.network_params, optimizer="adam", peak_rate=0.01)
    assert isinstance(
        build_trainable(replace(params, network_params=network), {"fer2013": 7}).optimizer,
        keras.optimizers.Adam,
    )
    history = (
        run(replace(params, epochs=3, network_params=network), dataset, tmp_path / "run")[0]
        .read_record()
        .history
    )
    assert history[-1]["loss"] < 0.8 * history[0]["loss"]


def test_each_step_is_done_with_the_rate_of_its_progress(
    done: tuple[RunFolder, Watch], params: Params
) -> None:
    peak = params.network_params.peak_rate
    expected = [learning_rate(step / (2 * STEPS), peak, params.warmup) for step in range(2 * STEPS)]
    assert done[1].rates == pytest.approx(expected, rel=1e-4, abs=1e-9)


class Frozen(Pace):
    """A run that is over from its `still`th step on: a rate of 0 must leave the weights as they are."""

    still = 3

    def progress(self, epochs_done: float) -> float:
        return 0.5 if round(epochs_done * STEPS) < self.still else 1 - 1e-12


def test_a_rate_that_changes_within_an_epoch_reaches_the_weights(params: Params, dataset: Dataset) -> None:
    model = build_trainable(replace(params, momentum=0.0), {"fer2013": 7})
    kept: list[Any] = []

    class Keep(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
            kept.append([np.array(weight) for weight in self.model.trainable_variables])

    pace = PaceCallback(Frozen(1, None), 0, STEPS, 0.02, 0.04)
    batches = PlainBatches(dataset.split("Training"), View(0, 44), BATCH)
    model.fit(batches, epochs=1, shuffle=False, verbose=0, callbacks=[pace, Keep()])
    moved = [
        max(float(np.abs(new - old).max()) for new, old in zip(after, before, strict=True))
        for before, after in pairwise(kept)
    ]
    assert min(moved[: Frozen.still]) > 1e-5
    assert max(moved[Frozen.still :]) < 1e-8


def trained_weights(params: Params, folder: RunFolder, path: Path) -> list[Any]:
    model = build_trainable(params, {"fer2013": 7})
    folder.load(model, path)
    return [np.array(weight) for weight in model.trainable_variables]


def furthest(ours: list[Any], others: list[Any]) -> float:
    return max(float(np.abs(own - other).max()) for own, other in zip(ours, others, strict=True))


def test_what_is_kept_is_the_average_of_the_weights_and_what_goes_on_are_the_raw_ones(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    slow = done[0]
    # An average that forgets at once is the last step's weights.
    fast, _ = run(replace(params, ema=0.0), dataset, tmp_path / "fast")
    raw = trained_weights(params, slow, slow.last_weights)
    assert furthest(raw, trained_weights(params, fast, fast.last_weights)) == 0
    assert furthest(raw, trained_weights(params, fast, fast.averaged_weights)) < 1e-6
    assert furthest(raw, trained_weights(params, slow, slow.averaged_weights)) > 1e-3


def test_a_run_that_was_stopped_and_resumed_ends_like_one_in_a_piece(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    parts = RunFolder(tmp_path / "parts")
    parts.make_room()
    seed_run(params.seed)
    record = new_record(params, dataset, None)
    model = build_trainable(params, record.heads)
    Trainer(model, dataset, params, parts, record, Pace(2, None)).run_epoch()
    before = parts.read_record()
    assert (before.epochs_done, before.finished) == (1, False)

    after = train(params, dataset, parts, None, resume=True)
    assert (after.epochs_done, after.finished, len(after.history)) == (2, True, 2)
    assert after.elapsed_s > before.elapsed_s
    for name in ("loss", "public_loss", "public_accuracy"):
        expected = [entry[name] for entry in done[0].read_record().history]
        assert [entry[name] for entry in after.history] == pytest.approx(expected, rel=1e-3)


def test_a_run_begins_with_the_averaged_weights_of_another(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    first, _ = done
    still = replace(params, epochs=1, network_params=replace(params.network_params, peak_rate=1e-9))
    second = RunFolder(tmp_path / "second")
    record = train(still, dataset, second, None, start=first)
    assert (record.epochs_before, record.epochs_done, record.epochs_in_all) == (2, 1, 3)
    begun_with = trained_weights(params, first, first.averaged_weights)
    assert furthest(begun_with, trained_weights(params, second, second.last_weights)) < 1e-5


def test_weights_of_another_network_are_no_start(
    done: tuple[RunFolder, Watch], params: Params, dataset: Dataset, tmp_path: Path
) -> None:
    wider = replace(params, network_params=replace(params.network_params, stages=((6,), (8,))))
    with pytest.raises(ModelError, match=r"averaged\.weights\.h5: cannot be read"):
        train(wider, dataset, RunFolder(tmp_path / "wider"), None, start=done[0])
    assert not (tmp_path / "wider").exists()
