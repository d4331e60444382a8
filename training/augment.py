"""Random changes of training pictures, with OpenCV and numpy, so that every Keras backend can use them."""

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from training.params import AugmentParams, View

Pictures = NDArray[np.uint8]


def random_matrix(
    side: int, size: int, params: AugmentParams, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The 2x3 matrix that maps `side` px onto `size`, with a random flip, rotation, scale and shift."""
    angle = radians(rng.uniform(-params.rotation, params.rotation))
    scale = rng.uniform(*params.scale) * size / side
    flip = -1.0 if rng.random() < params.flip else 1.0
    turn = scale * np.array([[flip * cos(angle), -sin(angle)], [flip * sin(angle), cos(angle)]])
    middle = (side - 1) / 2 + rng.uniform(-params.shift, params.shift, 2)
    return np.column_stack([turn, (size - 1) / 2 - turn @ middle])


def gamma_table(gamma: float) -> NDArray[np.uint8]:
    """The look-up table of 256 grey values raised to `gamma`."""
    return np.rint(255 * np.linspace(0, 1, 256) ** gamma).astype(np.uint8)


def erase_rectangle(picture: Pictures, params: AugmentParams, rng: np.random.Generator) -> None:
    """Fills one random rectangle of `picture` with one grey value, in place."""
    side = picture.shape[0]
    height, width = (int(side * rng.uniform(*params.erase_side)) for _ in range(2))
    top, left = rng.integers(0, side - height + 1), rng.integers(0, side - width + 1)
    picture[top : top + height, left : left + width] = rng.integers(0, 256)


def augment_picture(
    picture: Pictures, size: int, params: AugmentParams, rng: np.random.Generator
) -> Pictures:
    """One uint8 [S, S] picture, changed at random and warped to [size, size] in one go."""
    matrix = random_matrix(picture.shape[0], size, params, rng)
    warped = cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REFLECT_101)
    low, high = np.log(params.gamma)
    warped = gamma_table(float(np.exp(rng.uniform(low, high))))[warped.astype(np.uint8, copy=False)]
    if rng.random() < params.erase:
        erase_rectangle(warped, params, rng)
    return warped


def augment_batch(pictures: Pictures, size: int, params: AugmentParams, rng: np.random.Generator) -> Pictures:
    """uint8 [N, S, S] in, uint8 [N, size, size, 1] out, each picture changed by itself."""
    changed = [augment_picture(picture, size, params, rng) for picture in pictures]
    return np.stack(changed)[..., np.newaxis]


def mix_batch(
    pictures: Pictures, params: AugmentParams, rng: np.random.Generator
) -> tuple[Pictures, NDArray[np.int64], NDArray[np.float32]]:
    """Each picture of [N, S, S, 1] mixed with another of the batch; which ones [N], and their shares [N].

    mixup (Zhang and others, 2018, arXiv 1710.09412): the shares are drawn from Beta(mixup, mixup), turned so
    that none is over a half.
    """
    others = rng.permutation(len(pictures))
    drawn = rng.beta(params.mixup, params.mixup, len(pictures)) if params.mixup else np.zeros(len(pictures))
    shares = np.minimum(drawn, 1 - drawn).astype(np.float32)
    share = shares[:, np.newaxis, np.newaxis, np.newaxis]
    mixed = (1 - share) * pictures + share * pictures[others]
    return np.rint(mixed).astype(np.uint8), others, shares


def show_batch(pictures: Pictures, view: View) -> Pictures:
    """uint8 [N, S, S] in, [N, size, size, 1] out, as the exported graph shows them to the network.

    Scaled, not cut: a network that only ever saw interpolated pictures reads untouched ones less well
    (68.5 % against 69.6 on PublicTest).
    """
    return np.stack([_show(picture, view) for picture in pictures])[..., np.newaxis]


def _show(picture: Pictures, view: View) -> Pictures:
    wider = cv2.copyMakeBorder(picture, *4 * (view.border,), cv2.BORDER_REFLECT_101)
    scaled = cv2.resize(wider, (view.size, view.size), interpolation=cv2.INTER_LINEAR)
    return scaled.astype(np.uint8, copy=False)
