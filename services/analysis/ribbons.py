"""Shares over time as pictures: each column is a slice of time, filled from below."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from services.analysis.slices import EMPTY, SHOWN, Slices

Matrix = NDArray[np.float64]

ROWS = 48
"""Of a picture: so fine are the shares."""


def shown_by(slices: Slices, track: int) -> tuple[Matrix, Matrix]:
    """Return how long a face showed what, [slices, 8], and its scores by the time they held, [slices, 7]."""
    values = np.zeros((count_of(slices), len(EMPTY)))
    for number, row in slices.tracks[track].items():
        values[number] = row
    return values[:, : len(SHOWN)], values[:, len(SHOWN) :]


def count_of(slices: Slices) -> int:
    """Return how many slices the video has."""
    return max(1, -(-slices.end // slices.width))


def ribbon(times: Matrix, colours: Sequence[str], alpha: float = 1.0) -> Matrix:
    """Return a picture, RGBA, [`ROWS`, slices, 4]; a slice that is empty is transparent.

    Args:
        times: for each slice how much of what, [slices, kinds].
        colours: of the kinds, the lowest first.
        alpha: of what is not empty.
    """
    total = times.sum(axis=1, keepdims=True)
    upto = np.cumsum(times / np.maximum(total, 1e-12), axis=1)
    height = (np.arange(ROWS)[::-1, None, None] + 0.5) / ROWS
    kinds = (height > upto[None]).sum(axis=2).clip(max=len(colours) - 1)
    picture: Matrix = np.array([to_rgba(colour, alpha) for colour in colours])[kinds]
    picture[:, total[:, 0] <= 0] = 0
    return picture
