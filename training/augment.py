"""Random changes of training pictures, with OpenCV and numpy, so that every Keras backend can use them."""

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from training.params import AugmentParams

Pictures = NDArray[np.uint8]

# Side of the part of a 48 px picture that the network sees: the border of 2 px leaves room to shift.
WINDOW_PX = 44


def center_matrix(side: int, size: int, window: float = WINDOW_PX) -> NDArray[np.float64]:
    """The 2x3 matrix that maps the central window of a `side` px picture onto `size` px."""
    scale = size / window
    offset = (size - 1) / 2 - scale * (side - 1) / 2
    return np.array([[scale, 0, offset], [0, scale, offset]])


def random_matrix(
    side: int, size: int, window: float, params: AugmentParams, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The same with a random flip, rotation, scale and shift about the picture's middle."""
    angle = radians(rng.uniform(-params.rotation, params.rotation))
    scale = rng.uniform(*params.scale) * size / window
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
    picture: Pictures, size: int, window: float, params: AugmentParams, rng: np.random.Generator
) -> Pictures:
    """One uint8 [S, S] picture, changed at random and warped to [size, size] in one go."""
    matrix = random_matrix(picture.shape[0], size, window, params, rng)
    warped = cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REFLECT_101)
    low, high = np.log(params.gamma)
    warped = gamma_table(float(np.exp(rng.uniform(low, high))))[warped.astype(np.uint8, copy=False)]
    if rng.random() < params.erase:
        erase_rectangle(warped, params, rng)
    return warped


def augment_batch(
    pictures: Pictures, size: int, window: float, params: AugmentParams, rng: np.random.Generator
) -> Pictures:
    """uint8 [N, S, S] in, uint8 [N, size, size, 1] out, each picture changed by itself."""
    changed = [augment_picture(picture, size, window, params, rng) for picture in pictures]
    return np.stack(changed)[..., np.newaxis]


def center_batch(pictures: Pictures, size: int) -> Pictures:
    """uint8 [N, S, S] in, its central [N, size, size, 1] out: what the exported graph does."""
    margin = (pictures.shape[1] - size) // 2
    return pictures[:, margin : margin + size, margin : margin + size, np.newaxis]
