from math import log

import numpy as np
import pytest

from services.inference.centerface_outputs import Outputs, candidates


def empty(rows: int = 8, columns: int = 10) -> Outputs:
    def maps(channels: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.zeros((channels, rows, columns), np.float32)

    return Outputs(maps(1), maps(2), maps(2), maps(10))


def put(
    outputs: Outputs,
    row: int,
    column: int,
    *,
    score: float,
    size: tuple[float, float] = (16, 12),
    offset: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Draw a face of a height and width in pixels, whose centre is in a cell."""
    outputs.heat[0, row, column] = score
    outputs.scale[:, row, column] = [log(side / 4) for side in size]
    outputs.offset[:, row, column] = offset


def test_no_heat_is_no_face() -> None:
    assert candidates(empty(), 0.35) == []


def test_a_cells_middle_is_the_faces_and_the_scale_gives_its_height_and_width() -> None:
    outputs = empty()
    put(outputs, 3, 5, score=0.75, size=(16, 12))
    (face,) = candidates(outputs, 0.35)
    assert face.score == 0.75
    assert face.box == pytest.approx((4 * 5.5 - 6, 4 * 3.5 - 8, 12, 16), abs=1e-4)


def test_the_offset_moves_the_face_down_and_to_the_right() -> None:
    outputs = empty()
    put(outputs, 3, 5, score=0.75, size=(16, 12), offset=(0.25, -0.5))
    (face,) = candidates(outputs, 0.35)
    assert face.box[:2] == pytest.approx((4 * 5.0 - 6, 4 * 3.75 - 8), abs=1e-4)


def test_landmarks_are_parts_of_the_box_down_and_right_in_turn() -> None:
    outputs = empty()
    put(outputs, 3, 5, score=0.75, size=(16, 12))
    outputs.landmarks[:, 3, 5] = [0.25, 0.2, 0.25, 0.8, 0.5, 0.5, 0.75, 0.3, 0.75, 0.7]
    (face,) = candidates(outputs, 0.35)
    left, top = face.box[:2]
    assert face.landmarks[0] == pytest.approx((left + 0.2 * 12, top + 0.25 * 16), abs=1e-3)
    assert face.landmarks[1] == pytest.approx((left + 0.8 * 12, top + 0.25 * 16), abs=1e-3)
    assert face.landmarks[4] == pytest.approx((left + 0.7 * 12, top + 0.75 * 16), abs=1e-3)
    assert len(face.landmarks) == 5


def test_below_the_least_score_there_is_no_face() -> None:
    outputs = empty()
    put(outputs, 2, 2, score=0.3)
    assert candidates(outputs, 0.35) == []
    assert len(candidates(outputs, 0.25)) == 1


def test_neighbouring_cells_of_one_face_are_one_candidate_the_surest() -> None:
    outputs = empty()
    put(outputs, 3, 4, score=0.5)
    put(outputs, 3, 5, score=0.9)
    put(outputs, 4, 5, score=0.6)
    (face,) = candidates(outputs, 0.35)
    assert face.score == pytest.approx(0.9)


def test_faces_apart_are_all_kept_the_surest_first() -> None:
    outputs = empty()
    put(outputs, 2, 1, score=0.5)
    put(outputs, 2, 8, score=0.9)
    put(outputs, 6, 4, score=0.7)
    assert [face.score for face in candidates(outputs, 0.35)] == pytest.approx([0.9, 0.7, 0.5])
