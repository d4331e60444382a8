import pytest

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.slices import FINEST, MOST, SHOWN, Slices
from tests.made import face
from tests.made_people import GOOD
from tests.made_recordings import numbered


def frame(t: int, *expressions: str, failure: str = "") -> ReadFrame:
    faces = (ReadFace(numbered(face(one), track), GOOD) for track, one in enumerate(expressions, 1))
    return ReadFrame(0, t, tuple(faces), failure)


def shown(slices: Slices, track: int, expression: str) -> dict[int, float]:
    at = SHOWN.index(expression)
    return {n: values[at] for n, values in slices.tracks[track].items() if values[at]}


def test_a_frame_fills_the_slices_until_the_next_one() -> None:
    slices = Slices()
    slices.add(frame(FINEST // 2, "happy"), 2 * FINEST)
    slices.add(frame(2 * FINEST, "sad", "fear"), 3 * FINEST)
    assert shown(slices, 1, "happy") == {0: FINEST / 2, 1: FINEST}
    assert shown(slices, 1, "sad") == shown(slices, 2, "fear") == {2: FINEST}


def test_scores_are_summed_by_the_time_that_they_hold() -> None:
    slices = Slices()
    slices.add(frame(0, "happy"), FINEST)
    assert list(slices.tracks[1][0][len(SHOWN) :]) == pytest.approx(
        [FINEST * (0.7 if name == "happy" else 0.05) for name in SHOWN[:-1]]
    )


def test_hours_have_no_more_slices_than_seconds_and_no_time_is_lost() -> None:
    slices = Slices()
    for second in range(3 * 3600):
        slices.add(frame(second * SECOND, "happy" if second < 3600 else "sad"), (second + 1) * SECOND)
    assert MOST / 2 <= max(slices.tracks[1]) + 1 <= MOST
    assert sum(shown(slices, 1, "happy").values()) == pytest.approx(3600 * SECOND)
    assert sum(shown(slices, 1, "sad").values()) == pytest.approx(7200 * SECOND)


def test_frames_that_failed_are_marked() -> None:
    slices = Slices()
    slices.add(frame(0), FINEST)
    slices.add(frame(FINEST, failure="failed"), 3 * FINEST)
    assert slices.failed == {1, 2}
    slices.add(frame(2 * MOST * FINEST), 2 * MOST * FINEST)
    assert slices.failed == {0, 1}


def test_a_frame_of_no_duration_is_there() -> None:
    slices = Slices()
    slices.add(frame(0, "happy"), 0)
    assert shown(slices, 1, "happy") == {0: 1}
