from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="batches are Keras's: install mien[training]", exc_type=ImportError)

from tests.unit.training.conftest import draw_picture
from training.augment import show_batch
from training.batches import PlainBatches, TrainingBatches, mixed, targets
from training.params import View, load_params
from training.splits import Split

SHIPPED = load_params("mien")
UNMIXED = replace(SHIPPED, batch=4, augment=replace(SHIPPED.augment, mixup=0.0))
MIXED = replace(SHIPPED, batch=4, augment=replace(SHIPPED.augment, mixup=1.0))
EVERY = np.arange(10)
VIEW = View(1, 46)


def made_split() -> Split:
    labels = np.arange(10, dtype=np.uint8) % 7
    return Split(np.stack([draw_picture(int(label), 0) for label in labels]), labels, EVERY)


def test_a_label_is_smoothed_over_the_classes_and_votes_are_not() -> None:
    shares = np.full((10, 8), 1 / 8, np.float32)
    made = targets(replace(made_split(), shares=shares), EVERY, 0.1)
    np.testing.assert_allclose(made["fer2013"].sum(axis=1), 1, rtol=1e-6)
    assert made["fer2013"][3, 3] == pytest.approx(0.9 + 0.1 / 7)
    assert made["fer2013"][3, 0] == pytest.approx(0.1 / 7)
    np.testing.assert_array_equal(made["ferplus"], shares)


def test_a_teacher_has_its_part_of_each_target() -> None:
    split = replace(made_split(), taught={"fer2013": np.full((10, 7), 1 / 7, np.float32)})
    made = targets(split, EVERY, 0.0, 0.4)["fer2013"]
    assert made[3, 3] == pytest.approx(0.6 + 0.4 / 7)
    assert made[3, 0] == pytest.approx(0.4 / 7)
    np.testing.assert_allclose(made.sum(axis=1), 1, rtol=1e-6)


def test_an_epoch_shows_each_picture_once_in_an_order_of_its_own() -> None:
    split = replace(made_split(), labels=EVERY.astype(np.uint8) % 7)
    orders = []
    for epoch in (0, 1):
        batches = TrainingBatches(split, UNMIXED, epoch, 32)
        assert len(batches) == 2
        assert batches[0][0].shape == (4, 32, 32, 1)
        orders.append([int(row.argmax()) for index in range(2) for row in batches[index][1]["fer2013"]])
    assert orders[0] != orders[1]


def test_a_batch_is_the_same_each_time_it_is_asked_for() -> None:
    first, again = (TrainingBatches(made_split(), MIXED, 3, 32)[1] for _ in "ab")
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1]["fer2013"], again[1]["fer2013"])


def test_targets_are_mixed_as_the_pictures_are() -> None:
    rows = np.eye(3, dtype=np.float32)
    found = mixed(rows, np.array([1, 2, 0]), np.array([0.0, 0.25, 0.5], np.float32))
    expected = np.array([[1, 0, 0], [0, 0.75, 0.25], [0.5, 0, 0.5]])
    np.testing.assert_allclose(found, expected)


def test_mixed_targets_still_add_up_to_one() -> None:
    batch = TrainingBatches(made_split(), MIXED, 0, 32)[0][1]["fer2013"]
    np.testing.assert_allclose(batch.sum(axis=1), 1, rtol=1e-5)
    assert (batch.max(axis=1) < 0.9).any()


def test_a_set_smaller_than_a_batch_is_one_batch() -> None:
    batches = TrainingBatches(made_split(), replace(UNMIXED, batch=128), 0, 32)
    assert len(batches) == 1
    assert len(batches[0][0]) == 10


def test_measuring_sees_every_picture_in_order_and_only_scaled() -> None:
    split = made_split()
    batches = PlainBatches(split, VIEW, batch=4)
    assert len(batches) == 3
    pictures = np.concatenate([batches[index][0] for index in range(3)])
    np.testing.assert_array_equal(pictures, show_batch(split.pictures, VIEW))
    assert batches[2][1]["fer2013"].max() == 1
