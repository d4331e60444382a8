"""Faces of still pictures, through the very code that workers run."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from mien.faces import Face
from services.inference.classify import read_picture
from services.inference.pictures import BgrImage
from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.wiring import build_processor
from shared import entities
from shared.errors import PictureError

COLOURS = 3
"""Blue, green, red."""


class Reader:
    """Finds faces in pictures, one picture at a time: detectors cannot do two at once.

    Raises:
        SettingsError: the detector needs a package that is not installed.
        ModelError: the model does not fit.
    """

    def __init__(self, settings: InferenceSettings) -> None:
        self._processor = build_processor(settings)
        self._lock = Lock()

    def faces(self, pixels: BgrImage) -> tuple[Face, ...]:
        """Return the faces of a picture [height, width, 3], the largest first."""
        with self._lock:
            faces, _ = self._processor.process(pixels, 0, Tracks(), Stopwatch())
        return tuple(map(_face, faces))


def classify(image: str | Path | NDArray[np.uint8], environ: Mapping[str, str]) -> tuple[Face, ...]:
    """Return the faces of a picture; see `mien.classify`."""
    settings = InferenceSettings.load(environ)
    pixels = checked(image) if isinstance(image, np.ndarray) else read_picture(Path(image))
    return _reader(settings).faces(pixels)


def checked(image: NDArray[np.uint8]) -> BgrImage:
    """Return an array as pixels [height, width, 3], blue, green, red.

    Raises:
        PictureError: it is no picture; says what it is.
    """
    colours = image.shape[2:] in ((), (1,), (COLOURS,))
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or not colours or not image.size:
        raise PictureError(
            f"an array {list(image.shape)} of {image.dtype} is no picture: uint8 [height, width, 3], blue, "
            "green, red, or [height, width], grey"
        )
    grey = image.reshape(*image.shape[:2], -1)
    return np.ascontiguousarray(np.broadcast_to(grey, (*image.shape[:2], COLOURS)))


@lru_cache(maxsize=4)
def _reader(settings: InferenceSettings) -> Reader:
    return Reader(settings)


def _face(face: entities.Face) -> Face:
    return Face(face.box, face.expression, face.confidence, face.scores, face.reason, face.candidates)
