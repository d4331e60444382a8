"""What a JPEG says of itself, read without decoding it (ITU-T T.81, annex B)."""

from typing import NamedTuple

from shared.errors import PictureError

START, END, START_OF_SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"

BASELINE = (0xC0, 0xC1)
"""SOF0 and SOF1: one pass over the picture. A progressive one may have thousands, each in a few bytes."""

FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0 to SOF15; DHT, JPG and DAC lie among them."""

WITH_LENGTH = frozenset({0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
"""DHT, DQT, DRI, COM and APP0 to APP15: what may stand before a frame header, each with a length of its own.
Of a marker without one, such as RST0, what follows would be taken for a length; decoders do not do so."""

LEAST_LENGTH = 2
"""A length counts its own two bytes."""

COMPONENTS = (1, 3)
MOST_SCANS = 4
"""One for each component, and one to spare: each is a pass of the decoder."""

LEAST_SIDE, MOST_SIDE = 16, 1920
MOST_PIXELS = 1920 * 1080


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: int
    height: int


def read_size(jpeg: bytes) -> Size:
    """Return a JPEG's size.

    Raises:
        PictureError: it is none, is not baseline, ends early, or has sides of less than `LEAST_SIDE`.
    """
    if not jpeg.startswith(START):
        raise PictureError("not a JPEG")
    if not jpeg.endswith(END):
        raise PictureError("a JPEG without its end")
    if jpeg.count(START_OF_SCAN) > MOST_SCANS:
        raise PictureError(f"a JPEG of more than {MOST_SCANS} scans")
    try:
        marker, header = _frame_header(jpeg)
        precision, components = jpeg[header], jpeg[header + 5]
        size = Size(_number(jpeg, header + 3), _number(jpeg, header + 1))
    except IndexError as error:
        raise PictureError("a JPEG without a frame header") from error
    if marker not in BASELINE or precision != 8 or components not in COMPONENTS:  # noqa: PLR2004  bits
        raise PictureError("not a baseline JPEG of 8 bits in grey or colour")
    if min(size) < LEAST_SIDE:
        raise PictureError(f"a picture of {size.width}x{size.height} pixels")
    return size


def is_too_large(size: Size) -> bool:
    """Return whether a picture would take more memory than a camera's may."""
    return max(size) > MOST_SIDE or size.width * size.height > MOST_PIXELS


def _frame_header(jpeg: bytes) -> tuple[int, int]:
    """Return the first frame header's marker, and where what follows its length begins.

    Raises:
        IndexError: there is none.
        PictureError: something else stands where a marker must.
    """
    at = len(START)
    while True:
        if jpeg[at] != 0xFF:  # noqa: PLR2004  every marker begins with it
            raise PictureError("a damaged JPEG")
        marker = jpeg[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  a fill byte
            at += 1
            continue
        if marker in FRAME_HEADERS:
            return marker, at + 4
        if marker in START_OF_SCAN or marker in END:
            raise PictureError("a JPEG without a frame header")
        length = _number(jpeg, at + 2)
        if marker not in WITH_LENGTH or length < LEAST_LENGTH:
            raise PictureError("a JPEG with something else before its frame header")
        at += 2 + length


def _number(jpeg: bytes, at: int) -> int:
    return jpeg[at] << 8 | jpeg[at + 1]
