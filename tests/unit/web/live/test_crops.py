from dataclasses import replace

from services.web.live.crops import KEPT_S, Crops
from shared.entities import Face, Privacy, Result
from tests.unit.web.fakes import face, result

CROP = bytes(range(256)) * 9


def of(*faces: Face) -> Result:
    return replace(result(1), faces=faces)


def crops(shown: Result) -> list[bytes | None]:
    return [one.crop for one in shown.faces]


def test_a_face_that_was_not_read_in_this_frame_has_the_crop_of_its_last_reading() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), crop=CROP)), 10.0)
    assert crops(kept.filled(of(face()), 10.1)) == [CROP]


def test_a_new_crop_replaces_the_one_before() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), crop=CROP)), 10.0)
    kept.filled(of(replace(face(), crop=CROP[::-1])), 10.1)
    assert crops(kept.filled(of(face()), 10.2)) == [CROP[::-1]]


def test_another_face_has_none_of_it() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), crop=CROP)), 10.0)
    assert crops(kept.filled(of(replace(face(), track=8), replace(face(), track=None)), 10.1)) == [None, None]


def test_a_face_that_is_not_followed_is_not_remembered() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), track=None, crop=CROP)), 10.0)
    assert crops(kept.filled(of(replace(face(), track=None)), 10.1)) == [None]


def test_a_crop_is_forgotten_after_some_seconds() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), crop=CROP)), 10.0)
    assert crops(kept.filled(of(face()), 10.0 + KEPT_S)) == [None]


def test_when_pictures_may_no_longer_leave_a_worker_earlier_crops_are_forgotten() -> None:
    kept = Crops()
    kept.filled(of(replace(face(), crop=CROP)), 10.0)
    assert crops(kept.filled(replace(of(face()), privacy=Privacy.BLUR), 10.1)) == [None]
    assert crops(kept.filled(of(face()), 10.2)) == [None]
