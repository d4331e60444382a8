"""Mien for programs: faces and expressions of pictures and of recorded videos.

    import mien

    for face in mien.classify("photo.jpg"):
        print(face.box, face.expression, face.confidence)

    print(mien.analyze("talk.mp4", out="results").summary["expressions"])

What stands here is stable: docs/python.md says what that means. Everything else is Mien's own affair.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mien.analysis import Analysis
from mien.faces import Face
from shared.entities import EXPRESSIONS, REASONS, UNSURE, Box
from shared.errors import (
    AnalysisError,
    BrokerError,
    MienError,
    ModelError,
    PictureError,
    SettingsError,
    SourceError,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "EXPRESSIONS",
    "REASONS",
    "UNSURE",
    "Analysis",
    "AnalysisError",
    "Box",
    "BrokerError",
    "Face",
    "MienError",
    "ModelError",
    "PictureError",
    "SettingsError",
    "SourceError",
    "analyze",
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

    return stills.classify(image, _environment(labels, detector))


def analyze(
    video: str | Path,
    *,
    out: str | Path,
    workers: int | None = None,
    every: int = 1,
    annotate: bool = False,
    resume: bool = False,
    labels: str | None = None,
    detector: str | None = None,
    progress: bool = False,
) -> Analysis:
    """Find the faces of every frame of a recorded video and their expressions; return where they stand.

    It starts processes of its own and returns when they have ended; call it from a thread that lives on until
    then, such as the main one. When it is interrupted, `resume=True` goes on where it was.

    Args:
        video: the file.
        out: the folder of the results, which is made.
        workers: how many; where it is None, one for each core. With MIEN_REDIS_URL set, that deployment's
            workers do the work, and so many more.
        every: analyse each frame whose number is a multiple of it.
        annotate: write an annotated video as well; needs FFmpeg.
        resume: go on where an earlier call stopped; one that was finished is written once more.
        labels: `fer2013` or `ferplus`; where it is None, what MIEN_LABELS says.
        detector: `cascade` or `centerface`; where it is None, what MIEN_DETECTOR says.
        progress: show how far it is, on standard error.

    Raises:
        SourceError: there is no such file, or it is no video that can be read.
        AnalysisError: the folder has results already, or those of other settings, or cannot be written.
        SettingsError: a setting is wrong, or the workers of the deployment do not agree.
        ModelError: the model does not fit.
        BrokerError: the broker that MIEN_REDIS_URL names is away, or refuses.
    """
    from mien import recordings  # noqa: PLC0415  so that what needs no videos starts quickly
    from services.local.analyze.options import Options  # noqa: PLC0415  what reads pictures loads slowly

    options = Options((Path(video),), Path(out), workers, every, annotate, resume)
    return recordings.analyze(options, _environment(labels, detector), progress=progress)


def _environment(labels: str | None, detector: str | None) -> dict[str, str]:
    """Return this process's environment, with what was chosen."""
    chosen = {"MIEN_LABELS": labels, "MIEN_DETECTOR": detector}
    return {**os.environ, **{name: value for name, value in chosen.items() if value is not None}}
