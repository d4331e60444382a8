import numpy as np
import pytest

from services.inference.pictures import BgrImage
from services.inference.privacy import CELLS, MARGIN, pixelate
from shared.entities import Box

BOX = Box(60, 40, 80, 60)


def noise(width: int = 200, height: int = 160) -> BgrImage:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


def colours(patch: BgrImage) -> int:
    return len(np.unique(patch.reshape(-1, 3), axis=0))


def test_a_face_becomes_a_few_patches_of_one_colour() -> None:
    frame = noise()
    pixelate(frame, [BOX])
    assert colours(frame[40:100, 60:140]) <= CELLS * CELLS


def test_the_surroundings_of_its_box_are_made_unrecognizable_as_well() -> None:
    frame = noise()
    pixelate(frame, [BOX])
    wide, high = round(80 * MARGIN), round(60 * MARGIN)
    assert colours(frame[40 - high : 100 + high, 60 - wide : 140 + wide]) <= CELLS * CELLS


def test_the_rest_of_the_frame_stays_as_it_was() -> None:
    frame = noise()
    before = frame.copy()
    pixelate(frame, [BOX])
    changed = (frame != before).any(axis=2)
    assert not changed[:27].any()
    assert not changed[:, :43].any()
    assert not changed[113:].any()
    assert not changed[:, 157:].any()


def test_the_colour_of_a_patch_is_the_mean_of_what_was_there() -> None:
    frame = np.zeros((100, 100, 3), np.uint8)
    frame[:, ::2] = 200
    pixelate(frame, [Box(30, 30, 40, 40)])
    assert (frame[30:70, 30:70] == 100).all()


@pytest.mark.parametrize(
    "box",
    [
        Box(0, 0, 200, 160),
        Box(180, 140, 40, 40),
        Box(199, 159, 1, 1),
        (-30.5, -20.5, 60.0, 60.0),
        (190.2, 3.7, 50.9, 20.1),
    ],
)
def test_a_box_at_the_edge_of_the_frame_is_cut(box: Box | tuple[float, float, float, float]) -> None:
    frame = noise()
    pixelate(frame, [box])
    x, y, w, h = box
    inside = frame[max(0, int(y)) : int(y + h), max(0, int(x)) : int(x + w)]
    assert colours(inside) <= CELLS * CELLS


@pytest.mark.parametrize(
    "box", [(500.0, 20.0, 50.0, 50.0), (-90.0, 20.0, 50.0, 50.0), (20.0, -90.0, 50.0, 50.0)]
)
def test_a_box_outside_the_frame_changes_nothing(box: tuple[float, float, float, float]) -> None:
    frame = noise()
    before = frame.copy()
    pixelate(frame, [box])
    assert (frame == before).all()
