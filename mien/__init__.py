"""Mien for programs: faces and expressions of pictures and of recorded videos.

    import mien

    for face in mien.classify("photo.jpg"):
        print(face.box, face.expression, face.confidence)

What stands here is stable: docs/python.md says what that means. Everything else is Mien's own affair.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mien.faces import Face
from shared.entities import EXPRESSIONS, REASONS, UNSURE, Box
from shared.errors import MienError, ModelError, PictureError, SettingsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "EXPRESSIONS",
    "REASONS",
    "UNSURE",
    "Box",
    "Face",
    "MienError",
    "ModelError",
    "PictureError",
    "SettingsError",
    "classify",
]


def classify(
    image: "str | Path | NDArray[np.uint8]", *, labels: str | None = None, detector: str | None = None
) -> tuple[Face, ...]:
    """Return the faces of a picture and their expressions, the largest face first.

    The first call with given settings opens the model; the following ones use it again, from any thread.

    Args:
        image: a file (JPEG, PNG, WebP or what else OpenCV reads), or its pixels: uint8 [height, width, 3] in
            OpenCV's order, blue, green, red; or [height, width], grey.
        labels: `fer2013` or `ferplus`; where it is None, what MIEN_LABELS says.
        detector: `cascade` or `centerface`; where it is None, what MIEN_DETECTOR says.

    Raises:
        PictureError: there is no such file, or it or the array is no picture.
        SettingsError: a setting is wrong, or the detector needs a package that is not installed.
        ModelError: the model does not fit.
    """
    from mien import stills  # noqa: PLC0415  so that what needs no pictures starts quickly

    chosen = {"MIEN_LABELS": labels, "MIEN_DETECTOR": detector}
    return stills.classify(image, {**os.environ, **{name: value for name, value in chosen.items() if value}})
