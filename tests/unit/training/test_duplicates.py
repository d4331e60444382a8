import numpy as np

from training.duplicates import find_near_duplicates, fingerprints


def pictures(count: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48), dtype=np.uint8)


def test_only_the_copies_are_found() -> None:
    ours, others = pictures(6, 1), pictures(9, 2)
    others[4] = ours[2]
    others[5] = ours[5] // 2 + 40
    assert find_near_duplicates(ours, others).tolist() == [False, False, True, False, False, True]


def test_a_copy_under_a_faint_pattern_is_found() -> None:
    ours, others = pictures(3, 1), pictures(3, 2)
    others[0] = 0.78 * ours[1] + 0.22 * others[0]  # A correlation of some 0.96.
    assert find_near_duplicates(ours, others, 0.98).tolist() == [False, False, False]
    assert find_near_duplicates(ours, others).tolist() == [False, True, False]


def test_a_blank_picture_is_like_no_other() -> None:
    blank = np.full((1, 48, 48), 90, np.uint8)
    assert not fingerprints(blank).any()
    assert not find_near_duplicates(blank, np.concatenate([blank, pictures(1, 3)])).any()
