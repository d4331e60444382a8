"""Pictures are turned as their video says, mirrored ones too."""

from pathlib import Path

import numpy as np
import pytest

from services.capture.picture import BgrImage
from services.capture.recording.pictures import Pictures
from services.capture.recording.reader import Reader
from services.capture.recording.turning import Turn, turn_of_degrees, turn_of_matrix
from tests.made_videos import write_video

ONE = 65_536
"""1.0 in a display matrix: 16 bits behind the point."""

PICTURE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)

# The matrix that a phone writes, and what its picture then has to become.
CLOCKWISE = (0, ONE, -ONE, 0)
COUNTER_CLOCKWISE = (0, -ONE, ONE, 0)


@pytest.mark.parametrize(
    ("matrix", "shown", "degrees", "reverses"),
    [
        ((ONE, 0, 0, ONE), PICTURE, 0, False),
        (CLOCKWISE, np.rot90(PICTURE, -1), 90, False),
        ((-ONE, 0, 0, -ONE), np.rot90(PICTURE, 2), 180, False),
        (COUNTER_CLOCKWISE, np.rot90(PICTURE), 270, False),
        ((-ONE, 0, 0, ONE), PICTURE[:, ::-1], 0, True),
        ((0, -ONE, -ONE, 0), np.rot90(PICTURE[:, ::-1], -1), 90, True),
        ((ONE, 0, 0, -ONE), np.rot90(PICTURE[:, ::-1], 2), 180, True),
        ((0, ONE, ONE, 0), np.rot90(PICTURE[:, ::-1]), 270, True),
    ],
)
def test_a_picture_is_laid_down_as_its_matrix_says(
    matrix: tuple[int, int, int, int], shown: BgrImage, degrees: int, reverses: bool
) -> None:
    turn = turn_of_matrix(*matrix)

    np.testing.assert_array_equal(turn.apply(PICTURE), shown)
    assert turn.size(3, 2) == (shown.shape[1], shown.shape[0])
    assert (turn.degrees, turn.reverses) == (degrees, reverses)


def test_a_turn_by_some_degrees_is_the_nearest_right_angle() -> None:
    assert turn_of_matrix(ONE, ONE // 50, -ONE // 50, ONE) == Turn()


@pytest.mark.parametrize(
    ("degrees", "matrix"),
    [
        (0, (ONE, 0, 0, ONE)),
        (90, COUNTER_CLOCKWISE),
        (-90, CLOCKWISE),
        (180, (-ONE, 0, 0, -ONE)),
        (-180, (-ONE, 0, 0, -ONE)),
    ],
)
def test_an_angle_counts_counter_clockwise(degrees: float, matrix: tuple[int, int, int, int]) -> None:
    assert turn_of_degrees(degrees) == turn_of_matrix(*matrix)


@pytest.mark.parametrize(
    ("degrees", "mirrored", "quarters"), [(90, False, 1), (-90, False, -1), (180, False, 2), (0, True, 0)]
)
def test_a_videos_frames_come_as_they_are_shown(
    tmp_path: Path, degrees: float, mirrored: bool, quarters: int
) -> None:
    plain = shown(write_video(tmp_path / "plain.mp4", [0, 3_600]))
    turned = shown(write_video(tmp_path / "turned.mp4", [0, 3_600], degrees=degrees, mirrored=mirrored))

    expected = np.rot90(plain[:, ::-1] if mirrored else plain, quarters)
    np.testing.assert_array_equal(turned, expected)


def shown(path: Path) -> BgrImage:
    """Return a video's first picture."""
    with Reader(path) as reader:
        picture = Pictures().picture(next(iter(reader)))
        assert picture is not None
        return picture
