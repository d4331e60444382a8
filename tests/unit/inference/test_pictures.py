import io

import numpy as np
import pytest
from PIL import Image

from services.inference.pictures import BgrImage, decode_jpeg, encode_jpeg
from shared.errors import PictureError

BLUE_ABOVE_RED = np.zeros((48, 64, 3), np.uint8)
BLUE_ABOVE_RED[:24, :, 0] = 255
BLUE_ABOVE_RED[24:, :, 2] = 255


def jpeg(mode: str = "RGB", pixels: BgrImage = BLUE_ABOVE_RED, **options: bool) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).convert(mode).save(buffer, "JPEG", quality=95, **options)
    return buffer.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a small JPEG whose header claims another size."""
    raw = bytearray(jpeg())
    start_of_frame = raw.index(b"\xff\xc0")
    raw[start_of_frame + 5 : start_of_frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(raw)


def one_line(raw: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        decode_jpeg(raw)
    line = str(caught.value)
    assert line.startswith("JPEG of ")
    assert "\n" not in line
    return line


def test_pixels_come_back_nearly_as_they_went() -> None:
    back = decode_jpeg(encode_jpeg(BLUE_ABOVE_RED, 95))
    assert back.shape == (48, 64, 3)
    assert np.abs(back[:20].astype(int) - BLUE_ABOVE_RED[:20]).max() < 8


def test_blue_comes_first() -> None:
    assert decode_jpeg(jpeg())[0, 0].argmax() == 0
    assert decode_jpeg(jpeg())[-1, -1].argmax() == 2


def test_pixels_can_be_drawn_into() -> None:
    pixels = decode_jpeg(jpeg())
    pixels[0, 0] = 7
    assert pixels[0, 0].tolist() == [7, 7, 7]


def test_a_mirrored_view_is_encoded_as_it_looks() -> None:
    sides = np.zeros((16, 32, 3), np.uint8)
    sides[:, :16] = 255
    back = decode_jpeg(encode_jpeg(sides[:, ::-1], 95))
    assert back[:, :8].max() < 30
    assert back[:, 24:].min() > 225


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_jpeg_is_decoded_to_three_channels(mode: str, progressive: bool) -> None:
    pixels = decode_jpeg(jpeg(mode, progressive=progressive))
    assert pixels.shape == (48, 64, 3)
    assert pixels.dtype == np.uint8


def test_a_grey_jpeg_has_three_equal_channels() -> None:
    pixels = decode_jpeg(jpeg("L"))
    assert (pixels == pixels[:, :, :1]).all()


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    assert decode_jpeg(jpeg("CMYK"))[0, 0].argmax() == 0


@pytest.mark.parametrize("part", [0.99, 0.9, 0.5, 0.1, 0.01])
def test_a_truncated_jpeg_is_an_error(part: float) -> None:
    whole = jpeg()
    one_line(whole[: int(len(whole) * part)])


def test_a_jpeg_that_lacks_its_last_byte_is_an_error() -> None:
    one_line(jpeg()[:-1])


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"\xff\xd8", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(64)]
)
def test_what_is_no_jpeg_is_an_error_that_tells_its_length(raw: bytes) -> None:
    assert one_line(raw).startswith(f"JPEG of {len(raw)} bytes cannot be decoded: ")


def test_a_header_that_claims_far_too_many_pixels_is_refused_before_decoding() -> None:
    assert one_line(claiming(60_000, 60_000)) == "JPEG of 60000x60000 pixels is larger than 40000000 pixels"


def test_a_header_that_claims_a_few_too_many_pixels_is_an_error() -> None:
    one_line(claiming(4_000, 4_000))


@pytest.mark.parametrize("size", [(0, 0), (0, 48), (64, 0)])
def test_a_header_that_claims_no_pixels_is_an_error(size: tuple[int, int]) -> None:
    one_line(claiming(*size))
