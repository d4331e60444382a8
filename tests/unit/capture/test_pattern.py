"""The drawn picture and the strip in it that programs read."""

import cv2
import numpy as np
import pytest

from services.capture.pattern import SMALLEST, Stamp, draw, read_back
from services.capture.picture import BgrImage, Size
from shared.errors import PictureError

_NOON = 1_750_000_000_123_456_789


def _through_jpeg(picture: BgrImage, quality: int) -> BgrImage:
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded.astype(np.uint8)


@pytest.mark.parametrize("size", [SMALLEST, (640, 480), (1001, 563), (1920, 1080)])
def test_number_and_time_are_read_back_from_a_picture_of_any_size(size: Size) -> None:
    picture = draw(4711, _NOON, size)

    assert picture.shape == (size[1], size[0], 3)
    assert read_back(picture) == Stamp(4711, _NOON)


def test_the_strip_survives_two_jpeg_encodings_at_quality_70() -> None:
    twice = _through_jpeg(_through_jpeg(draw(4711, _NOON, (320, 240)), 70), 70)

    assert read_back(twice) == Stamp(4711, _NOON)


def test_the_largest_number_and_time_fit_and_the_number_wraps_around_after_that() -> None:
    assert read_back(draw(2**32 - 1, 2**64 - 1, SMALLEST)) == Stamp(2**32 - 1, 2**64 - 1)
    assert read_back(draw(2**32 + 5, 0, SMALLEST)) == Stamp(5, 0)


def test_the_strip_has_the_cells_that_the_docstring_promises() -> None:
    picture = draw(0x80000001, 0, SMALLEST)

    first_row = picture[8:16, 8:264]
    assert (first_row[:, :8] == 255).all()
    assert (first_row[:, 8:-8] == 0).all()
    assert (first_row[:, -8:] == 255).all()
    assert (picture[:8, :272] == 0).all()
    assert (picture[40:48, :272] == 0).all()


@pytest.mark.parametrize("shade", [0, 127, 255])
def test_a_flat_picture_has_no_strip(shade: int) -> None:
    with pytest.raises(PictureError, match="check sum"):
        read_back(np.full((240, 320, 3), shade, np.uint8))


def test_a_strip_with_one_flipped_cell_is_refused() -> None:
    picture = draw(4711, _NOON, SMALLEST)
    picture[16:24, 80:88] = 255 - picture[16:24, 80:88]

    with pytest.raises(PictureError, match="check sum"):
        read_back(picture)


def test_a_picture_too_small_for_a_strip_is_refused() -> None:
    with pytest.raises(PictureError, match="too small"):
        read_back(np.zeros((30, 320, 3), np.uint8))


def test_the_disc_moves_with_time_and_the_digits_with_the_number() -> None:
    still = draw(1, 0, (640, 480))

    assert (draw(1, 1_000_000_000, (640, 480))[48:] != still[48:]).any()
    assert (draw(2, 0, (640, 480))[48:] != still[48:]).any()


def test_pictures_share_no_pixels_so_that_one_may_be_drawn_over() -> None:
    draw(1, 0, SMALLEST)[:] = 0

    assert read_back(draw(1, 0, SMALLEST)) == Stamp(1, 0)
