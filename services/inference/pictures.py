"""JPEG bytes <-> pixels, with a guard in front of the decoder."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from shared.entities import Box
from shared.errors import PictureError

BgrImage: TypeAlias = NDArray[np.uint8]
"""Pixels [height, width, 3], blue, green, red, 0 to 255."""

GreyImage: TypeAlias = NDArray[np.uint8]
"""Pixels [height, width], 0 to 255."""


@dataclass(frozen=True, slots=True)
class FrameViews:
    """One frame in the forms that its readers need; nobody writes into it.

    Attributes:
        bgr: its pixels [height, width, 3].
        grey: the same in grey [height, width].
    """

    bgr: BgrImage
    grey: GreyImage

    def without(self, boxes: Iterable[Box]) -> "FrameViews":
        """Return it with the inside of each box in its mean grey; the colours stay.

        What a cascade has found already it goes over most thoroughly, and for a quarter of its time.
        """
        grey = self.grey.copy()
        for x, y, w, h in boxes:
            place = grey[y : y + h, x : x + w]
            place[:] = round(float(place.mean()))
        return FrameViews(self.bgr, grey)


MOST_PIXELS = 40_000_000
"""8K video is 33 million; a header that claims more is an attack on memory, or broken."""


def decode_jpeg(jpeg: bytes) -> BgrImage:
    """Return the pixels of a JPEG.

    Raises:
        PictureError: it is no JPEG, truncated, or claims more than `MOST_PIXELS`.
    """
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
        if height * width > MOST_PIXELS:
            raise PictureError(f"JPEG of {width}x{height} pixels is larger than {MOST_PIXELS} pixels")
        # Each chroma sample fills its pixels evenly, which is quickest. When these are averaged again, by
        # `encode_jpeg`, the colours are as they were; interpolated ones would be blurred (by 0.2 dB).
        pixels: BgrImage = simplejpeg.decode_jpeg(jpeg, colorspace="BGR", fastupsample=True)
    except ValueError as error:
        raise PictureError(f"JPEG of {len(jpeg)} bytes cannot be decoded: {error}") from error
    return pixels


def encode_jpeg(pixels: BgrImage, quality: int) -> bytes:
    """Return pixels as a JPEG of a quality of 1 to 100."""
    jpeg: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels), quality=quality, colorspace="BGR", colorsubsampling="420"
    )
    return jpeg
