from dataclasses import replace

import pytest

from shared.entities import EXPRESSIONS, Box, Cause, Face, Privacy, Result, without_pictures
from tests import made


def test_the_expressions_are_in_the_order_of_fer2013s_labels() -> None:
    assert EXPRESSIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def test_pictures_stay_out_of_a_records_text_so_that_no_log_holds_them() -> None:
    frame = made.frame(1, 2)
    face = Face(Box(0, 0, 1, 1), "sad", 1.0, {}, crop=b"secret face")
    result = Result(1, 2, "1-1", "w", {}, (face,), b"secret picture")
    assert "jpeg" not in repr(frame)
    assert "secret" not in repr(result)


def test_without_its_pictures_a_result_has_all_its_numbers() -> None:
    face = Face(Box(0, 0, 1, 1), "sad", 1.0, {}, track=3)
    seen = Result(1, 2, "1-1", "w", {"detect": 1.0}, (replace(face, crop=b"a face"), face), b"a picture", 9)
    assert without_pictures(seen) == replace(seen, jpeg=b"", faces=(face, face))


def test_causes_are_counted_under_their_own_names() -> None:
    assert [cause.value for cause in Cause] == [cause.name.lower() for cause in Cause]


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (Privacy.OFF, [Privacy.OFF, Privacy.BLUR, Privacy.NUMBERS]),
        (Privacy.BLUR, [Privacy.BLUR, Privacy.NUMBERS]),
        (Privacy.NUMBERS, [Privacy.NUMBERS]),
    ],
)
def test_more_privacy_than_is_asked_for_will_do_and_less_will_not(
    asked: Privacy, allowed: list[Privacy]
) -> None:
    assert [privacy for privacy in Privacy if asked.allows(privacy)] == allowed


@pytest.mark.parametrize("one", list(Privacy))
@pytest.mark.parametrize("other", list(Privacy))
def test_the_stricter_of_two_allows_neither_of_them_less_than_it_asks_for(
    one: Privacy, other: Privacy
) -> None:
    stricter = one.stricter(other)
    assert stricter in (one, other)
    assert one.allows(stricter)
    assert other.allows(stricter)
