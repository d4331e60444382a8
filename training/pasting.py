"""Made scenes: small faces enlarged and pasted into drawn pictures of a camera's size."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.entities import Box

WIDTH_PX, HEIGHT_PX = 640, 480
COLUMNS, ROWS = 3, 2
FACES_A_SCENE = COLUMNS * ROWS

# Of a face's side: its edge goes over into the background, so that the cut itself is nothing to be found.
SOFT_EDGE = 0.06
# Grey levels: what a webcam's sensor adds in the light of a room.
NOISE = 3.0
SHAPES = 12

Grey = NDArray[np.uint8]
Levels = NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """A grey picture uint8 [480, 640], and where its faces were pasted, in their order."""

    picture: Grey
    boxes: tuple[Box, ...]


def scenes(faces: Grey, size_px: int, seed: int) -> Iterator[Scene]:
    """Scenes with the faces uint8 [N, 48, 48] in their order, six to a scene, each `size_px` wide and high.

    The same seed draws the same backgrounds and places.
    """
    rng = np.random.default_rng(seed)
    for start in range(0, len(faces), FACES_A_SCENE):
        yield make_scene(faces[start : start + FACES_A_SCENE], size_px, rng)


def make_scene(faces: Grey, size_px: int, rng: np.random.Generator) -> Scene:
    """One scene with up to six faces, each somewhere in a cell of its own."""
    picture = draw_background(rng)
    boxes = tuple(place(index, size_px, rng) for index in range(len(faces)))
    for face, box in zip(faces, boxes, strict=True):
        paste(picture, face, box)
    noisy = picture + rng.normal(0, NOISE, picture.shape)
    return Scene(np.clip(np.rint(noisy), 0, 255).astype(np.uint8), boxes)


def draw_background(rng: np.random.Generator) -> Levels:
    """A room of made things: light that changes slowly, upright and lying shapes, a fine texture."""
    light = rng.uniform(60, 190, (4, 5)).astype(np.float32)
    picture = np.asarray(cv2.resize(light, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC), np.float32)
    for _ in range(SHAPES):
        x, y = int(rng.integers(WIDTH_PX)), int(rng.integers(HEIGHT_PX))
        w, h = (int(side) for side in rng.integers(8, 200, 2))
        picture[y : y + h, x : x + w] += rng.uniform(-60, 60)
    grain = rng.normal(0, 12, (HEIGHT_PX // 3, WIDTH_PX // 3)).astype(np.float32)
    picture += cv2.resize(grain, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2), np.float32)


def place(index: int, size_px: int, rng: np.random.Generator) -> Box:
    """A square somewhere in the cell `index` of the scene's grid."""
    row, column = divmod(index, COLUMNS)
    left, top = column * WIDTH_PX // COLUMNS, row * HEIGHT_PX // ROWS
    x = left + int(rng.integers(WIDTH_PX // COLUMNS - size_px + 1))
    y = top + int(rng.integers(HEIGHT_PX // ROWS - size_px + 1))
    return Box(x, y, size_px, size_px)


def paste(picture: Levels, face: Grey, box: Box) -> None:
    """Put a face into a picture, in place."""
    x, y, side, _ = box
    enlarged = cv2.resize(face.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    mask = soft_square(side)
    under = picture[y : y + side, x : x + side]
    under += mask * (enlarged - under)


def soft_square(side: int) -> Levels:
    """Weights [side, side] that rise from the edge on to 1 within `SOFT_EDGE`."""
    edge = np.minimum(np.arange(side), np.arange(side)[::-1]) + 1
    ramp = np.clip(edge / (SOFT_EDGE * side + 1), 0, 1).astype(np.float32)
    return np.minimum.outer(ramp, ramp)
