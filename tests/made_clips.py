"""Clips made of the demo clip's faces: who is where is known, and the pixels are real."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from services.capture.sources import open_source
from services.inference.pictures import BgrImage
from shared.entities import Box
from tests.made_people import SIZE, Person

LEFT, RIGHT = Box(84, 124, 172, 172), Box(392, 96, 176, 176)
"""The two faces of the demo clip's first picture."""

MARGIN = 0.35
"""Of a face's side, cut out with it: its hair and chin."""

NOISE = 2.0
"""One deviation of a camera's noise, in grey levels."""


def demo(frames: int) -> list[BgrImage]:
    """Return the demo clip's first pictures."""
    source = open_source("demo:")
    try:
        return [source.read() for _ in range(frames)]
    finally:
        source.close()


def scene(cut: list[tuple[BgrImage, Person]], fps: float, seconds: float) -> Iterator[tuple[float, BgrImage]]:
    """Yield the time and the pixels of a clip in which cut out faces are carried; the largest is in front."""
    rng = np.random.default_rng(6)
    wall = _wall()
    for n in range(round(fps * seconds)):
        picture = wall.copy()
        for head, person in sorted(cut, key=lambda pair: pair[1].side):
            _paste(picture, head, person, n / fps)
        yield n / fps, noisy(np.asarray(picture, np.uint8), rng)


def noisy(picture: BgrImage, rng: np.random.Generator) -> BgrImage:
    """Return a picture with a camera's noise."""
    return np.clip(picture + rng.normal(0, NOISE, picture.shape), 0, 255).astype(np.uint8)


def head_of(picture: BgrImage, face: Box) -> BgrImage:
    """Return a face with its margin."""
    margin = round(face.w * MARGIN)
    return picture[face.y - margin : face.y + face.h + margin, face.x - margin : face.x + face.w + margin]


def _paste(picture: NDArray[np.float32], head: BgrImage, person: Person, seconds: float) -> None:
    side = round(person.side * (1 + 2 * MARGIN))
    small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    x, y = (round(middle - side / 2) for middle in person.at(seconds))
    left, top, right, bottom = max(0, x), max(0, y), min(SIZE[0], x + side), min(SIZE[1], y + side)
    if right <= left or bottom <= top:
        return
    there = np.s_[top - y : bottom - y, left - x : right - x]
    mask = _oval(side)[there]
    place = picture[top:bottom, left:right]
    place[:] = mask * small[there] + (1 - mask) * place


def _oval(side: int) -> NDArray[np.float32]:
    mask = np.zeros((side, side), np.float32)
    cv2.ellipse(
        mask, (side // 2, side // 2), (round(side * 0.36), round(side * 0.46)), 0, 0, 360, 1.0, cv2.FILLED
    )
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), side / 60), np.float32)[:, :, None]


def _wall() -> NDArray[np.float32]:
    """A wall in uneven light."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float32)
    light = 90 + 50 * np.sin(x / 140) + 30 * np.cos(y / 110)
    return np.asarray(np.stack([light + 20, light + 10, light], axis=2), np.float32)
