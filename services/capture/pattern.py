"""The picture of the `test:` source: something to look at, and a strip that programs can read.

The strip lies at the top left corner and needs no text recognition, so that a test at the far end of the
pipeline can tell from pixels alone which frame it got, and how old it is.

**Cells.** 32 columns by 4 rows of cells, 8x8 px each; the cell of row r and column c covers x = 8 + 8c to
15 + 8c and y = 8 + 8r to 15 + 8r, so the strip spans x 8..263 and y 8..39. White (255) is a 1, black (0) a 0.
A black border 8 px wide surrounds it (x 0..271, y 0..47). Cells coincide with JPEG's 8x8 blocks, in which a
flat area keeps its mean through any quality; a reader compares the mean of a cell's inner 4x4 px with 127.

**Bits.** Left to right, top row first, the most significant bit first: 128 bits, or 16 bytes in big-endian
order.

    row 0     bytes 0-3     frame number, unsigned 32 bits, wraps around
    row 1, 2  bytes 4-11    Unix time of drawing in nanoseconds, unsigned 64 bits
    row 3     bytes 12-15   CRC-32 (IEEE 802.3, `zlib.crc32`) of bytes 0-11

The picture must be unscaled and unmirrored, with nothing drawn over the strip.
"""

import math
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from services.capture.picture import BgrImage, Size
from shared.errors import PictureError

SMALLEST: Size = (320, 240)
LARGEST: Size = (3840, 2160)

_CELL = 8  # px, one JPEG block
_COLUMNS, _ROWS = 32, 4
_STRIP = (slice(_CELL, _CELL * (_ROWS + 1)), slice(_CELL, _CELL * (_COLUMNS + 1)))
_BORDER = (slice(0, _CELL * (_ROWS + 2)), slice(0, _CELL * (_COLUMNS + 2)))
_BODY = struct.Struct(">IQ")
_CHECK = struct.Struct(">I")

_MIDDLE_GREY = 127
_SECONDS_A_TURN = 4.0
_Colour: TypeAlias = tuple[int, int, int]  # blue, green, red
_FONT = cv2.FONT_HERSHEY_DUPLEX
_TOP, _BOTTOM = np.array((74, 44, 27)), np.array((43, 24, 16))  # night blue, darker below
_LINE = (92, 62, 42)
_RING = (122, 88, 64)
_DISC = (92, 170, 255)
_INK = (244, 238, 232)
_SOFT_INK = (190, 168, 148)
_BARS = (
    (235, 235, 235),
    (60, 200, 235),
    (205, 190, 70),
    (95, 185, 80),
    (190, 90, 190),
    (80, 80, 220),
    (210, 110, 60),
)


@dataclass(frozen=True)
class Stamp:
    """What the strip says."""

    seq: int
    unix_ns: int


def draw(seq: int, unix_ns: int, size: Size) -> BgrImage:
    """Draw frame `seq` of time `unix_ns` as uint8 [H, W, 3]; `size` is width and height, at least 320x240."""
    image = _background(size).copy()
    _draw_disc(image, unix_ns)
    _write(image, seq, unix_ns)
    image[_STRIP] = _strip(seq, unix_ns)[..., np.newaxis]
    return image


def read_back(image: BgrImage) -> Stamp:
    """Read the strip of a picture that `draw` made, JPEG encoded or not.

    Raises:
        PictureError: there is no strip, or its check sum doesn't fit.
    """
    cells = image[_STRIP]
    if cells.shape != (_CELL * _ROWS, _CELL * _COLUMNS, 3):
        raise PictureError(f"a picture of shape {image.shape} is too small for a test strip")
    inner = cells.reshape(_ROWS, _CELL, _COLUMNS, _CELL, 3)[:, 2:6, :, 2:6]
    packed = np.packbits(inner.mean(axis=(1, 3, 4)) > _MIDDLE_GREY).tobytes()
    body, check = packed[: _BODY.size], packed[_BODY.size :]
    if _CHECK.pack(zlib.crc32(body)) != check:
        raise PictureError("the picture's test strip is absent or damaged: its check sum doesn't fit")
    return Stamp(*_BODY.unpack(body))


def _strip(seq: int, unix_ns: int) -> npt.NDArray[np.uint8]:
    body = _BODY.pack(seq % 2**32, unix_ns % 2**64)
    packed = np.frombuffer(body + _CHECK.pack(zlib.crc32(body)), np.uint8)
    cells = np.unpackbits(packed).reshape(_ROWS, _COLUMNS) * np.uint8(255)
    return cells.repeat(_CELL, axis=0).repeat(_CELL, axis=1)


def _draw_disc(image: BgrImage, unix_ns: int) -> None:
    centre, radius = _ring(image)
    turn = 2 * math.pi * (unix_ns / 1e9 / _SECONDS_A_TURN % 1.0)
    at = (round(centre[0] + radius * math.sin(turn)), round(centre[1] - radius * math.cos(turn)))
    cv2.circle(image, at, max(6, radius // 7), _DISC, cv2.FILLED, cv2.LINE_AA)


def _write(image: BgrImage, seq: int, unix_ns: int) -> None:
    (x, y), radius = _ring(image)
    clock = datetime.fromtimestamp(unix_ns // 10**9, UTC).strftime("%H:%M:%S")
    milliseconds = unix_ns // 10**6 % 1000
    _centred(image, f"{seq:06d}", (x, y), radius / 70, _INK)
    _centred(image, f"{clock}.{milliseconds:03d} UTC", (x, y + radius * 2 // 5), radius / 210, _SOFT_INK)


def _centred(image: BgrImage, text: str, at: tuple[int, int], scale: float, ink: _Colour) -> None:
    thickness = max(1, round(scale * 1.5))
    (width, _), _ = cv2.getTextSize(text, _FONT, scale, thickness)
    cv2.putText(image, text, (at[0] - width // 2, at[1]), _FONT, scale, ink, thickness, cv2.LINE_AA)


def _ring(image: BgrImage) -> tuple[tuple[int, int], int]:
    height, width = image.shape[:2]
    top, bottom = _BORDER[0].stop, height - _bars_height(height)
    return (width // 2, (top + bottom) // 2), (bottom - top) * 2 // 5


def _bars_height(height: int) -> int:
    return height // 12


@lru_cache(maxsize=8)
def _background(size: Size) -> BgrImage:
    width, height = size
    column = np.linspace(_TOP, _BOTTOM, height).astype(np.uint8)
    image = np.repeat(column[:, np.newaxis], width, axis=1)
    _draw_grid(image, step=max(20, height // 12))
    centre, radius = _ring(image)
    cv2.circle(image, centre, radius, _RING, 2, cv2.LINE_AA)
    for bar, colour in enumerate(_BARS):
        left, right = bar * width // len(_BARS), (bar + 1) * width // len(_BARS)
        image[height - _bars_height(height) :, left:right] = colour
    image[_BORDER] = 0
    return image


def _draw_grid(image: BgrImage, step: int) -> None:
    height, width = image.shape[:2]
    image[height % step // 2 :: step, :] = _LINE
    image[:, width % step // 2 :: step] = _LINE
