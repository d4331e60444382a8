"""Hits of a cascade: places where its window looked like a face. Several that agree are one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from services.inference.pictures import GreyImage
from shared.entities import Box
from shared.errors import ModelError

Cascade: TypeAlias = cv2.CascadeClassifier

Hit: TypeAlias = tuple[int, int, int, int]
"""Left, top, width and height in pixels; unlike a box it may reach beyond the frame."""

AGREEMENT = 0.2
"""Hits agree whose sides are so near each other, by their size; OpenCV's own value."""

UNLIMITED = 10_000
"""Pixels; no face is larger."""


def open_cascade(name: str) -> Cascade:
    """Return one of the cascades that come with OpenCV.

    Raises:
        ModelError: OpenCV came without it.
    """
    cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / name))
    if cascade.empty():
        raise ModelError(f"OpenCV {cv2.__version__} has no usable {name}: install a version below 5")
    return cascade


def find_hits(
    cascade: Cascade,
    grey: GreyImage,
    *,
    scale: float,
    step: float,
    least: int,
    most: int = UNLIMITED,
    tilt: float = 0.0,
) -> Iterator[Hit]:
    """Yield the hits in a picture that is reduced by `scale` first, in pixels of the picture.

    Args:
        cascade: looks at each window.
        grey: the picture [height, width].
        scale: its pixels for one of those that are searched; below 1 it is enlarged.
        step: each size searched is so much larger than the one before.
        least: side of the smallest face in pixels of the reduced picture.
        most: side of the largest.
        tilt: by how many degrees the picture is turned, anticlockwise and about its middle, before it is
            searched. The hits are upright squares about where their middle was before.
    """
    small = grey if scale == 1.0 else _reduced(grey, scale)
    back = None
    if tilt:
        height, width = small.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
        small = np.asarray(
            cv2.warpAffine(small, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8
        )
        back = np.asarray(cv2.invertAffineTransform(turn), np.float64)
    found = cascade.detectMultiScale(
        small, scaleFactor=step, minNeighbors=0, minSize=(least, least), maxSize=(most, most)
    )
    # Plain numbers: dozens of hits a frame, and arithmetic with NumPy's takes several times as long.
    for x, y, w, h in np.asarray(found).tolist():
        left, top = (x, y) if back is None else _turned_back(back, x, y, w, h)
        yield round(left * scale), round(top * scale), round(w * scale), round(h * scale)


def agreed(hits: Sequence[Hit], least: int) -> list[tuple[Hit, int]]:
    """Return the mean of each group of at least so many hits that agree, 2 or more, and their number."""
    if not hits:
        return []
    rectangles, counts = cv2.groupRectangles(list(hits), least - 1, AGREEMENT)
    return [(_hit(rectangle), int(count)) for rectangle, count in zip(rectangles, counts, strict=True)]


def within(hit: Hit, grey: GreyImage) -> Box:
    """Return the part of a hit that is in the picture; at least a pixel."""
    height, width = grey.shape
    x, y, w, h = hit
    left, top = min(max(0, x), width - 1), min(max(0, y), height - 1)
    return Box(left, top, max(1, min(x + w, width) - left), max(1, min(y + h, height) - top))


def around(box: Box, region: float, grey: GreyImage) -> Box:
    """Return the part of the picture about a box, of `region` times its side."""
    height, width = grey.shape
    margin = round(max(box.w, box.h) * (region - 1) / 2)
    left, top = max(0, box.x - margin), max(0, box.y - margin)
    right, bottom = min(width, box.x + box.w + margin), min(height, box.y + box.h + margin)
    return Box(left, top, right - left, bottom - top)


def cut(grey: GreyImage, box: Box) -> GreyImage:
    """Return the pixels of a box; they are the picture's own."""
    return grey[box.y : box.y + box.h, box.x : box.x + box.w]


def moved(hit: Hit, region: Box) -> Hit:
    """Return a hit in a part of a picture as one in the picture."""
    x, y, w, h = hit
    return x + region.x, y + region.y, w, h


def _hit(rectangle: Sequence[int]) -> Hit:
    x, y, w, h = (int(side) for side in rectangle)
    return x, y, w, h


def _turned_back(back: NDArray[np.float64], x: int, y: int, w: int, h: int) -> tuple[float, float]:
    """Return the left top corner of an upright box about where a hit's middle was before it was turned."""
    middle_x, middle_y = back @ np.array([x + w / 2, y + h / 2, 1.0])
    return float(middle_x) - w / 2, float(middle_y) - h / 2


def _reduced(grey: GreyImage, scale: float) -> GreyImage:
    height, width = grey.shape
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    how = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)
