from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.augment import augment_batch, augment_picture, mix_batch, random_matrix, show_batch
from training.params import AugmentParams, View, load_params

STILL = AugmentParams(0.0, 0.0, (1.0, 1.0), 0.0, (1.0, 1.0), 0.0, (0.2, 0.3), 0.0)


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    return cv2.GaussianBlur(np.random.default_rng(5).integers(0, 256, (48, 48), np.uint8), (0, 0), 3).astype(
        np.uint8
    )


def test_without_any_change_the_whole_picture_is_scaled(picture: NDArray[np.uint8]) -> None:
    changed = augment_picture(picture, 44, STILL, np.random.default_rng(0))
    scaled = show_batch(picture[np.newaxis], View(0, 44))[0, :, :, 0]
    assert np.abs(changed.astype(int) - scaled.astype(int)).max() <= 1


def test_a_flip_mirrors_the_picture(picture: NDArray[np.uint8]) -> None:
    changed = augment_picture(picture, 48, replace(STILL, flip=1.0), np.random.default_rng(0))
    assert np.array_equal(changed, picture[:, ::-1])


def test_a_smaller_size_shows_the_same(picture: NDArray[np.uint8]) -> None:
    small = augment_picture(picture, 22, STILL, np.random.default_rng(0))
    expected = cv2.resize(picture, (22, 22), interpolation=cv2.INTER_LINEAR)
    assert np.abs(small.astype(int) - expected.astype(int)).max() <= 1


def test_erasing_leaves_one_rectangle_of_one_grey_value(picture: NDArray[np.uint8]) -> None:
    changed = augment_picture(picture, 48, replace(STILL, erase=1.0), np.random.default_rng(1))
    rows, columns = np.nonzero(changed != picture)
    area = changed[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert len(np.unique(area)) == 1
    assert 9 <= area.shape[0] <= 15
    assert 9 <= area.shape[1] <= 15


def test_the_picture_s_middle_moves_by_no_more_than_the_shift() -> None:
    params = load_params("mien").augment
    rng = np.random.default_rng(2)
    middles = [random_matrix(48, 48, params, rng) @ [23.5, 23.5, 1.0] for _ in range(300)]
    moved = np.abs(np.array(middles) - 23.5).max()
    assert 2 < moved <= params.shift * params.scale[1] * np.sqrt(2)


def test_a_picture_is_shown_with_its_mirror_image_around_it(picture: NDArray[np.uint8]) -> None:
    shown = show_batch(picture[np.newaxis], View(2, 52))[0, :, :, 0]
    np.testing.assert_array_equal(shown[2:-2, 2:-2], picture)
    np.testing.assert_array_equal(shown[0, 2:-2], picture[2])
    np.testing.assert_array_equal(shown[2:-2, -1], picture[:, -3])


def test_a_mixed_picture_is_never_less_than_half_its_own() -> None:
    pictures = np.zeros((32, 8, 8, 1), np.uint8)
    pictures[::2] = 200
    params = replace(STILL, mixup=1.0)
    mixed, others, shares = mix_batch(pictures, params, np.random.default_rng(0))
    assert sorted(others) == list(range(32))
    assert 0 <= shares.min() < shares.max() <= 0.5
    expected = (1 - shares) * pictures[:, 0, 0, 0] + shares * pictures[others, 0, 0, 0]
    np.testing.assert_allclose(mixed[:, 0, 0, 0], expected, atol=0.51)


def test_without_mixup_nothing_is_mixed(picture: NDArray[np.uint8]) -> None:
    batch = np.stack([picture, picture[::-1]])[..., np.newaxis]
    mixed, _, shares = mix_batch(batch, STILL, np.random.default_rng(0))
    assert not shares.any()
    np.testing.assert_array_equal(mixed, batch)


def test_a_batch_is_the_same_for_the_same_seed_and_another_for_another(picture: NDArray[np.uint8]) -> None:
    params = load_params("mien").augment
    batch = np.stack([picture] * 4)
    one, same, other = (augment_batch(batch, 32, params, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (4, 32, 32, 1)
    assert one.dtype == np.uint8
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert not np.array_equal(one[0], one[1])
