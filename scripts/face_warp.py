"""Bends a portrait so that its landmarks lie where an expression wants them."""

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from scripts.mouth import Floats, mouth_box, over
from scripts.portraits import Image, Point, Portrait

_COARSE = 4  # pixels between the points at which the spline is evaluated, away from the mouth
_RIM = [(x / 4, y / 4) for x in range(5) for y in range(5) if not (0 < x < 4 and 0 < y < 4)]


def smoothed(portrait: Portrait) -> Image:
    """Return the portrait's picture without its creases."""
    picture = portrait.picture
    mask = np.zeros(picture.shape[:2], np.uint8)
    for line in portrait.creases:
        points = np.round(np.array(line) * 16).astype(np.int32)
        cv2.polylines(mask, [points], False, (255,), max(2, round(0.075 * portrait.unit)), cv2.LINE_8, 4)
    filled = cv2.inpaint(picture, mask, 0.1 * portrait.unit, cv2.INPAINT_TELEA)
    filled = cv2.GaussianBlur(filled, (0, 0), 0.02 * portrait.unit)
    soft = (
        cv2.GaussianBlur(cv2.dilate(mask, np.ones((3, 3), np.uint8)), (0, 0), 0.035 * portrait.unit) / 255.0
    )
    return over(picture, filled.astype(np.uint8), soft.astype(np.float32)[..., np.newaxis])


def bent(portrait: Portrait, picture: Image, zoom: float, points: Mapping[str, Point]) -> Image:
    """Bend `picture`, which is the portrait's times `zoom`, so that its landmarks lie at `points`."""
    height, width = picture.shape[:2]
    bend = _Bend(portrait, (width, height), zoom, points)
    shift = bend.shifts((0, 0), (width, height), _COARSE)
    (left, top), (right, bottom) = mouth_box(points, zoom, 0.25 * portrait.unit)
    shift[top:bottom, left:right] = bend.shifts((left, top), (right, bottom), 1)
    map_x = shift[..., 0] + np.arange(width, dtype=np.float32)
    map_y = shift[..., 1] + np.arange(height, dtype=np.float32)[:, np.newaxis]
    bent_picture = cv2.remap(picture, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return bent_picture.astype(np.uint8)


class _Bend:
    """A radial spline that is exact at the landmarks: for each pixel, where in the portrait it comes from.

    Its kernel is Hardy's multiquadric, which overshoots less between far knots than a thin plate.
    """

    def __init__(
        self, portrait: Portrait, size: tuple[int, int], zoom: float, points: Mapping[str, Point]
    ) -> None:
        rim = [(x * size[0] / zoom, y * size[1] / zoom) for x, y in _RIM]
        still = np.array([*portrait.still, *rim])
        names = list(portrait.landmarks)
        self._knots = np.vstack([np.array([points[name] for name in names]), still]) * zoom
        before = np.vstack([np.array([portrait.landmarks[name] for name in names]), still]) * zoom
        self._rounding = (0.012 * portrait.unit * zoom) ** 2
        self._weights = np.linalg.solve(self._kernel(self._knots), before - self._knots)

    def shifts(self, start: tuple[int, int], end: tuple[int, int], step: int) -> npt.NDArray[np.float32]:
        """Evaluate between two corners at every `step` pixels, and linearly between these."""
        width, height = end[0] - start[0], end[1] - start[1]
        xs, ys = np.meshgrid(np.arange(0, width + step, step), np.arange(0, height + step, step))
        at = np.column_stack([xs.ravel() + start[0], ys.ravel() + start[1]]).astype(float)
        coarse = (self._kernel(at) @ self._weights).reshape(*xs.shape, 2).astype(np.float32)
        enlarge = np.array([[step, 0, 0], [0, step, 0]], np.float32)
        fine = cv2.warpAffine(coarse, enlarge, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return fine.astype(np.float32)

    def _kernel(self, at: Floats) -> Floats:
        square = ((at[:, np.newaxis] - self._knots[np.newaxis]) ** 2).sum(axis=2)
        kernel: Floats = np.sqrt(square + self._rounding)
        return kernel
