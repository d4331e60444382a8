import logging
from dataclasses import replace

import pytest

from services.web.floor import Floor
from shared.entities import Privacy
from tests.unit.web.fakes import numbers, result

PLAIN = result(1)
BLURRED = replace(result(1), privacy=Privacy.BLUR)
NUMBERS = numbers(1)


@pytest.mark.parametrize(
    ("least", "of"),
    [
        (Privacy.OFF, PLAIN),
        (Privacy.OFF, BLURRED),
        (Privacy.BLUR, BLURRED),
        (Privacy.BLUR, NUMBERS),
        (Privacy.NUMBERS, NUMBERS),
    ],
)
def test_a_result_that_is_private_enough_is_shown_as_it_is(least: Privacy, of: object) -> None:
    told: list[str] = []
    assert Floor(least, told.append).applied("cam", of) is of  # type: ignore[arg-type]
    assert told == []


@pytest.mark.parametrize(
    ("least", "of"), [(Privacy.BLUR, PLAIN), (Privacy.NUMBERS, PLAIN), (Privacy.NUMBERS, BLURRED)]
)
def test_of_a_result_that_is_not_only_the_numbers_are_left(least: Privacy, of: object) -> None:
    told: list[str] = []
    left = Floor(least, told.append).applied("cam", of)  # type: ignore[arg-type]
    assert left == replace(PLAIN, jpeg=b"", privacy=Privacy.NUMBERS)
    assert told == ["cam"]


def test_many_pictures_that_are_withheld_are_one_line_that_names_the_worker(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[str] = []
    floor = Floor(Privacy.BLUR, told.append)
    with caplog.at_level(logging.WARNING):
        for frame in range(1, 20):
            floor.applied("cam", result(frame))
    assert caplog.messages == [
        "camera cam: a picture of worker w1 is withheld: there MIEN_PRIVACY is off, here it is blur"
    ]
    assert len(told) == 19


def test_of_a_result_that_is_not_no_face_crop_is_left() -> None:
    seen = replace(PLAIN, faces=tuple(replace(face, crop=b"a face") for face in PLAIN.faces))
    left = Floor(Privacy.BLUR, lambda _: None).applied("cam", seen)
    assert [face.crop for face in left.faces] == [None]
