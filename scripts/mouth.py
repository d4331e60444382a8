"""Paints the inside of an opened mouth, which no portrait has."""

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from scripts.landmarks import TOWARDS_CORNER
from scripts.portraits import Image, Point, Pose

Floats = npt.NDArray[np.float64]

_SEAM = 0.022  # how thick the line between closed lips is, in distances between the pupils
_INSIDE = (28, 23, 52)
_TEETH = (186, 214, 234)
_TONGUE = (70, 66, 128)


def mouth_box(
    points: Mapping[str, Point], zoom: float, margin: float
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the left upper and right lower corner of the lips and a margin, times `zoom`."""
    lips = np.array([point for name, point in points.items() if name.startswith(("mouth", "lip", "inner"))])
    low, high = (lips.min(axis=0) - margin) * zoom, (lips.max(axis=0) + margin) * zoom
    return (int(low[0]), int(low[1])), (int(high[0]), int(high[1]))


def with_mouth(image: Image, points: Mapping[str, Point], zoom: float, unit: float, pose: Pose) -> Image:
    """Draw the inside of the mouth between the inner edges of the lips: dark, teeth above, the tongue below.

    Lips that touch get a thin dark line between them.
    """
    if pose.dark <= 0:
        return image
    (left, upper), (right, lower) = mouth_box(points, zoom, 0.25 * unit)
    part = image[upper:lower, left:right]
    mouth = _Mouth(points, zoom, unit, (left, upper))
    result = image.copy()
    result[upper:lower, left:right] = over(
        part, mouth.inside(part, pose.teeth), pose.dark * mouth.opening(part)
    )
    return result


class _Mouth:
    """The inner edges of the lips, in pixels of the part of the picture around them."""

    def __init__(
        self, points: Mapping[str, Point], zoom: float, unit: float, corner: tuple[int, int]
    ) -> None:
        self._pixel = unit * zoom
        self._top, self._bottom = (
            _curve(points, lip) * zoom - corner for lip in ("inner_top", "inner_bottom")
        )
        self._gap = np.maximum(self._bottom[:, 1] - self._top[:, 1], 0)
        self._taper = 1 - np.abs(np.linspace(-1, 1, len(self._gap))) ** 4

    def inside(self, part: Image, teeth: float) -> Image:
        """Paint what lies behind the lips over all of `part`."""
        inside = np.broadcast_to(np.array(_INSIDE, np.uint8), part.shape)
        tongue = _between(
            _lower(self._bottom, -0.35 * self._gap * self._taper), _lower(self._bottom, 0.1 * self._gap)
        )
        inside = over(inside, _TONGUE, 0.6 * _mask(part, tongue, 0.06 * self._pixel))
        if teeth <= 0:
            return inside
        reach = np.minimum(teeth * self._pixel, 0.75 * self._gap) * self._taper
        row = _between(self._top, _lower(self._top, reach))
        return over(inside, self._teeth(part), _mask(part, row, 0.015 * self._pixel))

    def opening(self, part: Image) -> npt.NDArray[np.float32]:
        """Return the mask of the mouth's opening, at least a line thick."""
        lack = np.maximum(_SEAM * self._pixel - self._gap, 0) * self._taper / 2
        return _mask(
            part, _between(_lower(self._top, -lack), _lower(self._bottom, lack)), 0.014 * self._pixel
        )

    def _teeth(self, part: Image) -> Image:
        """Paint teeth everywhere: lighter in the middle of the mouth, with faint gaps."""
        left, right = self._top[0, 0], self._top[-1, 0]
        across = (np.arange(part.shape[1]) - (left + right) / 2) / (right - left) * 2
        light = (1 - 0.6 * np.abs(across) ** 2) * (1 - 0.08 * (np.abs(np.sin(across * np.pi * 4.5)) < 0.16))
        row = (np.array(_TEETH) * np.clip(light, 0, 1)[:, np.newaxis]).astype(np.uint8)
        return np.broadcast_to(row, part.shape)


def _between(above: Floats, below: Floats) -> Floats:
    return np.vstack([above, below[::-1]])


def _lower(curve: Floats, by: Floats) -> Floats:
    return curve + np.column_stack([np.zeros(len(curve)), by])


def _curve(points: Mapping[str, Point], lip: str) -> Floats:
    """A Catmull-Rom spline from corner to corner along one lip's inner edge."""
    names = ("mouth_l", *(f"{lip}_{where}" for where in TOWARDS_CORNER), "mouth_r")
    knots = np.array([points[name] for name in names])
    knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, np.newaxis]
    pieces = [
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]
    return np.vstack([*pieces, knots[-2]])


def _mask(image: Image, outline: Floats, softness: float) -> npt.NDArray[np.float32]:
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], (255,), cv2.LINE_AA, shift=4)
    return (cv2.GaussianBlur(mask, (0, 0), max(softness, 0.3)) / 255.0).astype(np.float32)[..., np.newaxis]


def over(below: Image, above: Image | tuple[int, int, int], mask: npt.NDArray[np.float32]) -> Image:
    """Lay `above` over `below` where `mask` [H, W, 1] is 1."""
    return np.round(below * (1 - mask) + np.asarray(above, np.float32) * mask).astype(np.uint8)
