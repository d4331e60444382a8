"""The clip that is measured, made from the demo clip at run time and the same each time.

It shows the left portrait alone, moved and turned a little as a person in front of a webcam moves.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

import services.capture
from services.inference.pictures import BgrImage, decode_jpeg, encode_jpeg
from shared.errors import SourceError

Matrix: TypeAlias = NDArray[np.float64]
Matte: TypeAlias = NDArray[np.float32]
Noise: TypeAlias = NDArray[np.int16]

DEMO = Path(services.capture.__file__).with_name("demo.mp4")

WIDTH, HEIGHT, FPS = 640, 480, 30
"""Of the demo clip, and of what is made from it."""

QUALITY = 85
"""Of the JPEGs: capture's default."""

PORTRAIT = (slice(32, 412), slice(20, 312))
"""The left portrait in the demo clip, rows and columns."""

HEAD = ((144, 138), (96, 132))
SHOULDERS = ((75, 250), (215, 250), (290, 330), (290, 379), (0, 379), (0, 330))
"""In the portrait: the centre and the half axes of an ellipse around the head, and a polygon below it."""

NOISE = 2.0
"""Standard deviation of the noise, as of a webcam in a room."""

NOISES = 16
"""Made noises, which take turns: each frame differs from the one before."""


def demo_pictures() -> Iterator[BgrImage]:
    """Yield the demo clip's pictures [480, 640, 3], once.

    Raises:
        SourceError: there is no clip that can be read.
    """
    clip = cv2.VideoCapture(str(DEMO))
    try:
        if not clip.isOpened():
            raise SourceError(f"{DEMO} cannot be read as a video")
        while (read := clip.read())[0]:
            yield np.asarray(read[1], np.uint8)
    finally:
        clip.release()


def one_face(picture: BgrImage, number: int) -> BgrImage:
    """Return the demo clip's picture of this number with its left face alone, moved, in front of a shelf."""
    portrait = picture[PORTRAIT]
    motion = _motion(number / FPS)
    moved = cv2.warpAffine(portrait, motion, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    share = cv2.warpAffine(_matte(), motion, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.blendLinear(moved, shelf(), share, 1 - share), np.uint8)


@cache
def shelf() -> BgrImage:
    """Return what is behind the one face: a drawn shelf of books [480, 640, 3], a little out of focus."""
    random = np.random.default_rng(3)
    picture = np.full((HEIGHT, WIDTH, 3), (96, 112, 122), np.uint8)
    for bottom in range(110, HEIGHT // 2, 120):
        left = 0
        while left < WIDTH:
            width, height = (int(side) for side in random.integers((12, 60), (34, 100)))
            colour = tuple(int(part) for part in random.integers(40, 140) + random.integers(-35, 36, 3))
            cv2.rectangle(picture, (left, bottom - height), (left + width, bottom), colour, cv2.FILLED)
            cv2.rectangle(picture, (left, bottom - height), (left + width, bottom), (30, 30, 30), 1)
            title = bottom - height * 2 // 3
            cv2.line(picture, (left + 4, title), (left + width - 4, title), (190, 200, 200), 3)
            left += width + 1
        cv2.rectangle(picture, (0, bottom), (WIDTH, bottom + 10), (40, 62, 84), cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)


def jpegs(frames: int) -> list[bytes]:
    """Return so many frames of the clip as JPEGs; the demo clip's pictures, over and over."""
    pictures = list(islice(demo_pictures(), frames))
    noises = _noises()
    return [
        encode_jpeg(_noisy(one_face(pictures[n % len(pictures)], n), noises[n % NOISES]), QUALITY)
        for n in range(frames)
    ]


def write_video(frames: Sequence[bytes], path: Path, fps: float = FPS) -> None:
    """Write JPEGs as a motion-JPEG video, which is what most webcams deliver.

    Raises:
        OSError: it cannot be written.
    """
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise OSError(f"{path}: cannot be written as a video")
    for jpeg in frames:
        writer.write(decode_jpeg(jpeg))
    writer.release()


def _motion(seconds: float) -> Matrix:
    """Return the 2x3 matrix that places the portrait: swaying, nodding, nearer and farther."""
    height, width = (part.stop - part.start for part in PORTRAIT)
    angle = 4 * math.sin(2 * math.pi * seconds / 5.3)
    scale = 1.05 + 0.12 * math.sin(2 * math.pi * seconds / 7.1)
    matrix = cv2.getRotationMatrix2D((width / 2, height), angle, scale)
    matrix[0, 2] += (WIDTH - width) / 2 + 110 * math.sin(2 * math.pi * seconds / 6.2)
    matrix[1, 2] += HEIGHT - height + 18 + 14 * math.sin(2 * math.pi * seconds / 3.7)
    return np.asarray(matrix, np.float64)


@cache
def _matte() -> Matte:
    """Return the share, 0 to 1, that a person has in each pixel of the portrait [380, 292]."""
    matte = np.zeros([part.stop - part.start for part in PORTRAIT], np.float32)
    cv2.ellipse(matte, HEAD[0], HEAD[1], 0, 0, 360, 1.0, cv2.FILLED)
    cv2.fillPoly(matte, [np.array(SHOULDERS, np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(matte, (0, 0), 5), np.float32)


def _noises() -> list[Noise]:
    random = np.random.default_rng(1)
    shape = (HEIGHT, WIDTH, 1)
    return [np.round(random.normal(0, NOISE, shape)).astype(np.int16) for _ in range(NOISES)]


def _noisy(picture: BgrImage, noise: Noise) -> BgrImage:
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)
