"""The forms in which capture handles pictures."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import simplejpeg

BgrImage: TypeAlias = npt.NDArray[np.uint8]
"""uint8 [H, W, 3], blue first, as OpenCV has it."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class JpegImage:
    """A picture as a JPEG.

    Attributes:
        data: all of it, from its first marker to its last.
        width: in pixels.
        height: in pixels.
    """

    data: bytes = field(repr=False)
    width: int
    height: int


Picture: TypeAlias = BgrImage | JpegImage
"""What a source gives: pixels, or the JPEG that its camera made of them."""


def as_jpeg(picture: Picture, quality: int) -> JpegImage:
    """Return a picture as a JPEG; pixels are encoded in a quality of 1 to 100."""
    if isinstance(picture, JpegImage):
        return picture
    height, width = picture.shape[:2]
    data: bytes = simplejpeg.encode_jpeg(picture, quality=quality, colorspace="BGR", colorsubsampling="420")
    return JpegImage(data, width, height)
