from io import BytesIO

import pytest
from PIL import Image

from services.web.browser.jpeg_header import MOST_PIXELS, Size, is_too_large, read_size
from shared.errors import PictureError
from tests.unit.web.fakes import jpeg


def test_a_jpeg_says_its_size() -> None:
    assert read_size(jpeg((64, 48))) == Size(64, 48)


def test_a_grey_one_is_a_picture_too(tmp_path: object) -> None:
    assert read_size(encoded(Image.new("L", (40, 30)))) == Size(40, 30)


def encoded(picture: Image.Image, **options: bool) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a small JPEG that says it is of another size."""
    small = bytearray(jpeg((64, 48)))
    at = small.index(b"\xff\xc0")
    small[at + 5 : at + 9] = height.to_bytes(2) + width.to_bytes(2)
    return bytes(small)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not a JPEG"),
        (b"\x89PNG\r\n", "not a JPEG"),
        (jpeg()[:-2], "without its end"),
        (b"\xff\xd8\xff\xd9", "without a frame header"),
        (b"\xff\xd8garbage\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\xff\xff\xff\xd9", "without a frame header"),
        (b"\xff\xd8\xff\xd0" + jpeg()[2:], "something else"),
        (b"\xff\xd8\xff\x01" + jpeg()[2:], "something else"),
        (b"\xff\xd8\xff\xfe\x00\x01" + jpeg()[2:], "something else"),
        (bomb(8, 8), "8x8"),
        (encoded(Image.new("RGB", (64, 48)), progressive=True), "scans|baseline"),
        (encoded(Image.new("CMYK", (64, 48))), "baseline"),
        (jpeg()[:-2] + 5 * b"\xff\xda" + b"\xff\xd9", "scans"),
    ],
)
def test_what_is_no_plain_picture_is_refused_by_a_word(data: bytes, word: str) -> None:
    with pytest.raises(PictureError, match=word):
        read_size(data)


def test_a_decompression_bomb_is_too_large() -> None:
    assert is_too_large(read_size(bomb(65500, 65500)))
    assert is_too_large(Size(MOST_PIXELS // 16, 16))
    assert not is_too_large(Size(1920, 1080))
