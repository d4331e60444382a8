import numpy as np
from matplotlib.colors import to_rgba

from services.analysis.frames import ReadFace, ReadFrame
from services.analysis.ribbons import ROWS, count_of, ribbon, shown_by
from services.analysis.slices import FINEST, SHOWN, Slices
from tests.made import face
from tests.made_people import GOOD
from tests.made_recordings import numbered

RED, BLUE = "#ff0000", "#0000ff"


def test_a_column_is_divided_by_shares_from_below() -> None:
    picture = ribbon(np.array([[3.0, 1.0], [0.0, 2.0]]), [RED, BLUE])
    assert picture.shape == (ROWS, 2, 4)
    assert np.array_equal(picture[ROWS // 4 :, 0], np.tile(to_rgba(RED), (ROWS * 3 // 4, 1)))
    assert np.array_equal(picture[: ROWS // 4, 0], np.tile(to_rgba(BLUE), (ROWS // 4, 1)))
    assert np.array_equal(picture[:, 1], np.tile(to_rgba(BLUE), (ROWS, 1)))


def test_a_slice_that_is_empty_is_transparent() -> None:
    assert not ribbon(np.zeros((3, 2)), [RED, BLUE]).any()


def test_the_times_of_a_face_are_laid_out_by_slice() -> None:
    slices = Slices()
    slices.add(ReadFrame(0, FINEST, (ReadFace(numbered(face("sad"), 4), GOOD),)), 2 * FINEST)
    slices.add(ReadFrame(1, 2 * FINEST), 4 * FINEST)
    shown, scores = shown_by(slices, 4)
    assert count_of(slices) == len(shown) == len(scores) == 4
    assert shown[:, SHOWN.index("sad")].tolist() == [0, FINEST, 0, 0]
    assert np.allclose(scores.sum(axis=1), [0, FINEST, 0, 0])
