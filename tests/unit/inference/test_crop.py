import numpy as np
import pytest

from services.inference.crop import MARGIN, SIDE, crop_faces
from shared.entities import Box

GREY = np.arange(100, dtype=np.uint8).repeat(120).reshape(100, 120)
"""Row y has the value y."""


def test_every_box_gets_its_crop_in_order() -> None:
    crops = crop_faces(GREY, [Box(0, 0, 10, 10), Box(50, 80, 10, 10)])
    assert crops.shape == (2, SIDE, SIDE, 1)
    assert crops.dtype == np.uint8
    assert crops[0].max() < 10
    assert crops[1].min() >= 80


def test_without_boxes_there_are_no_crops() -> None:
    assert crop_faces(GREY, []).shape == (0, SIDE, SIDE, 1)


def box_side(inside: int) -> int:
    """Return the side of a box of which `inside` pixels are cut out."""
    return next(side for side in range(inside, 2 * inside) if side + 2 * round(MARGIN * side) == inside)


def test_what_is_cut_out_is_a_little_narrower_than_the_box() -> None:
    side = box_side(SIDE)
    crop = crop_faces(GREY, [Box(20, 30, side, side)])[0, :, :, 0]
    less = (side - SIDE) // 2
    assert less > 0
    assert (crop == GREY[30 + less : 30 + less + SIDE, 20 + less : 20 + less + SIDE]).all()


def test_of_a_box_over_the_frames_edge_what_is_cut_out_ends_with_the_frame() -> None:
    assert crop_faces(GREY, [Box(-10, -10, 50, 50)]).min() == 0
    assert crop_faces(GREY, [Box(80, 60, 50, 50)]).max() == 99


def test_a_large_face_is_averaged_down() -> None:
    side = box_side(SIDE * 2)
    stripes = np.zeros((side, side), np.uint8)
    stripes[::2] = 200
    assert (crop_faces(stripes, [Box(0, 0, side, side)]) == 100).all()


def test_a_small_face_is_enlarged_without_steps() -> None:
    edge = np.zeros((12, 12), np.uint8)
    edge[6:] = 240
    column = crop_faces(edge, [Box(0, 0, 12, 12)])[0, :, 0, 0].astype(int)
    assert (column[0], column[-1]) == (0, 240)
    assert len(set(column)) > 4
    assert np.diff(column).max() < 100


@pytest.mark.parametrize(
    "box", [Box(0, 0, 120, 100), Box(119, 99, 1, 1), Box(0, 99, 120, 1), Box(119, 0, 1, 100)]
)
def test_boxes_at_the_frames_edge_and_of_one_pixel_give_crops(box: Box) -> None:
    crop = crop_faces(GREY, [box])
    assert crop.min() >= box.y
    assert crop.max() < box.y + box.h


def test_the_frame_is_left_as_it_was() -> None:
    before = GREY.copy()
    crop_faces(GREY, [Box(0, 0, 100, 100)])
    assert (before == GREY).all()
