import numpy as np
import pytest

from training.pasting import FACES_A_SCENE, HEIGHT_PX, WIDTH_PX, scenes

FACES = np.random.default_rng(2).integers(0, 256, (8, 48, 48), dtype=np.uint8)


@pytest.mark.parametrize("size_px", [60, 180, 200])
def test_every_face_has_a_place_of_its_own_within_the_scene(size_px: int) -> None:
    for scene in scenes(FACES, size_px, seed=1):
        taken = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
        for x, y, w, h in scene.boxes:
            assert (w, h) == (size_px, size_px)
            taken[y : y + h, x : x + w] += 1
        assert taken.sum() == len(scene.boxes) * size_px**2
        assert taken.max() == 1


def test_faces_go_six_to_a_scene_and_the_last_has_the_rest() -> None:
    assert [len(scene.boxes) for scene in scenes(FACES, 80, seed=1)] == [FACES_A_SCENE, 2]


def test_a_seed_draws_the_same_scenes_and_another_seed_others() -> None:
    first, again, other = (next(scenes(FACES, 80, seed)) for seed in (3, 3, 4))
    assert (first.picture == again.picture).all()
    assert first.boxes == again.boxes
    assert first.boxes != other.boxes


def test_a_face_lies_where_its_box_says() -> None:
    (scene,) = scenes(np.full((1, 48, 48), 250, np.uint8), 120, seed=5)
    x, y, w, h = scene.boxes[0]
    assert scene.picture.shape == (HEIGHT_PX, WIDTH_PX)
    assert scene.picture[y + 20 : y + h - 20, x + 20 : x + w - 20].mean() == pytest.approx(250, abs=2)


def test_a_faces_edge_goes_over_into_the_background() -> None:
    (scene,) = scenes(np.full((1, 48, 48), 255, np.uint8), 120, seed=5)
    x, y, _, h = scene.boxes[0]
    row = scene.picture[y + h // 2 - 30 : y + h // 2 + 30, x : x + 12].mean(axis=0)
    assert row[0] < row[3] < row[6]
