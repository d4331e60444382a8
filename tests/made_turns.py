"""Heads turned to a side, made of faces that look into the camera: the pixels are real, the shape is made."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.float32]

DEPTH, HEIGHT = 0.9, 1.3
"""A head's half depth, as far as a camera sees it, and half height; all lengths are by half of its width,
some 75 mm."""

NOSE, NOSE_WIDTH, NOSE_HEIGHT, NOSE_AT = 0.3, 0.13, 0.22, 0.12
"""How far it stands out, one deviation to each side, and down, and how far it is below the head's middle."""

FINE = 4
"""So many columns are followed for one of the picture, so that few stay empty where a head is stretched."""


def pasted(scene: NDArray[np.uint8], face: NDArray[np.uint8], left: int, top: int, **how: float) -> None:
    """Put a head into a scene, both grey or both in colour; see `turned` for how."""
    head, mask = turned(face, **how)
    place = scene[top : top + face.shape[0], left : left + face.shape[1]]
    share = mask if scene.ndim == 2 else mask[:, :, None]
    place[:] = (share * head + (1 - share) * place).astype(np.uint8)


def turned(
    face: NDArray[np.uint8], *, degrees: float = 0.0, width: float = 1.0
) -> tuple[NDArray[np.uint8], Mask]:
    """Return a head turned about its own axis, its front to the right of the picture, and where it is.

    Its front is half of an ellipsoid with a nose. What a picture does not show of it is as its edges are.

    Args:
        face: square, grey [side, side] or in colour [side, side, 3], the face in its middle.
        degrees: -90 to 90; to the left below 0.
        width: the head's, by the picture's.
    """
    side = face.shape[0]
    columns, there = _columns(side, np.radians(degrees), width)
    rows = np.repeat(np.arange(side, dtype=np.float32)[:, None], side, axis=1)
    head = cv2.remap(face, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(head, np.uint8), np.asarray(cv2.GaussianBlur(there, (0, 0), side / 100), np.float32)


def _columns(side: int, angle: float, width: float) -> tuple[NDArray[np.float32], Mask]:
    """Return, for each pixel, from which column its point of the head comes, and where the head is."""
    down = ((np.arange(side) + 0.5) * 2 / side - 1) / width
    across = np.sqrt(np.clip(1 - (down / HEIGHT) ** 2, 0, 1))[:, None]
    x, y = across * np.linspace(-1, 1, FINE * side), down[:, None]
    nose = NOSE * np.exp(-((x / NOSE_WIDTH) ** 2 + ((y - NOSE_AT) / NOSE_HEIGHT) ** 2) / 2)
    z = DEPTH * np.sqrt(np.clip(across**2 - x**2, 0, 1)) + nose
    near = z * np.cos(angle) - x * np.sin(angle)
    order = np.argsort(near, axis=None)  # The foremost point comes last, and stays.
    seen_at = _pixels(x * np.cos(angle) + z * np.sin(angle), side, width)
    column = np.clip(seen_at.round().astype(int), 0, side - 1)
    row = np.repeat(np.arange(side)[:, None], x.shape[1], axis=1)
    found = np.full((side, side), np.nan)
    found[row.ravel()[order], column.ravel()[order]] = x.ravel()[order]
    outline = across * np.hypot(np.cos(angle), DEPTH * np.sin(angle))
    inside = np.abs(np.linspace(-1, 1, side) / width) < outline
    there = (inside | ~np.isnan(found)) & (across > 0)
    source = _pixels(np.stack([_filled(line) for line in found]), side, width)
    return source.astype(np.float32), there.astype(np.float32)


def _pixels(lengths: NDArray[np.float64], side: int, width: float) -> NDArray[np.float64]:
    return (lengths * width + 1) / 2 * side - 0.5


def _filled(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a row with its gaps filled from both sides, and its ends by its first and last value."""
    known = np.flatnonzero(~np.isnan(line))
    return np.interp(np.arange(len(line)), known, line[known])
