from io import BytesIO

import pytest
from PIL import Image

from services.web.placeholder import DEFAULT_SIZE, LARGEST, SMALLEST, Notice, Placeholders, draw, size_of
from tests.unit.web.fakes import jpeg


def drawn(notice: Notice) -> Image.Image:
    return Image.open(BytesIO(draw(notice)))


@pytest.mark.parametrize("size", [(640, 480), (320, 240), (1280, 720), (480, 640)])
def test_a_placeholder_has_the_size_of_the_camera_s_pictures(size: tuple[int, int]) -> None:
    assert drawn(Notice("cam", "It is gone.", "since 12:00", size)).size == size


def test_an_absurd_size_is_bounded() -> None:
    assert drawn(Notice("cam", "It is gone.", "since 12:00", (1, 60_000))).size == (SMALLEST, LARGEST)


def test_other_words_make_another_picture() -> None:
    first = draw(Notice("cam", "It is gone.", "since 12:00"))
    assert draw(Notice("cam", "It is being opened.", "since 12:00")) != first


def test_words_that_are_too_long_stay_inside_the_picture() -> None:
    image = drawn(Notice("c" * 32, "no spaces:" + "x" * 500 + " and more words" * 50, "since 12:00")).convert(
        "L"
    )
    width, height = image.size
    edge = [image.crop((0, 0, 8, height)), image.crop((width - 8, 0, width, height))]
    assert all(brightness < 80 for strip in edge for brightness in [strip.getextrema()[1]])  # type: ignore[operator]


def test_the_same_notice_is_drawn_once() -> None:
    placeholders = Placeholders()
    part = placeholders.part(Notice("cam", "It is gone.", "since 12:00"))
    assert placeholders.part(Notice("cam", "It is gone.", "since 12:00")) is part


def test_the_size_is_read_from_the_picture_s_header() -> None:
    assert size_of(jpeg((320, 200))) == (320, 200)


def test_bytes_that_are_no_picture_have_the_default_size() -> None:
    assert size_of(b"no picture") == DEFAULT_SIZE
