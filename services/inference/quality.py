"""Whether a face can be read at all: too small, too dark, too blurred, turned too far away."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.inference.detection import Detection, Landmarks

SMALLEST = 36
"""In pixels of the frame. FER2013's pictures have 48; enlarged from fewer, a face has no fine detail."""

DARKEST = 75.0
"""Of the pixels of a face, 0 to 255, nine in ten are darker. Not the mean: that of dark skin in good light is
low as well, yet it has lights. Of 1,200 pictures of FER2013's PublicTest 0.4 % are below; darkened to 0.4,
35 %, to 0.3, 96 %, to 0.2, all."""

BLURRIEST = 0.05
"""See `_sharpness`. Of 1,200 pictures of FER2013's PublicTest none is below; blurred by a Gaussian of 1 pixel
31 %, of 1.25 pixels 77 %, of 1.5 pixels 97 %, of 2 pixels all. Enlarged from 36 pixels 0.6 % are."""

MOST_TURN = 0.6
"""See `_nose_offset`: the tangent of 31 degrees, on a head whose nose stands out by half of its eyes'
distance. CenterFace tells less: of faces of FER2013's PublicTest on made heads, 48 % of those that it finds
turned by 45 degrees are above, and 67 % by 60. As they are 8 % are (of 290),
and nearly all of these look to a side indeed."""

EVEN = 25.0
"""Added to the variance of a face, so that noise alone on an even wall is not a face rich in detail."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What can be told of a face's picture.

    Attributes:
        side: of its box, in pixels of the frame: the shorter one.
        light: nine in ten of its pixels are darker than this, 0 to 255.
        sharpness: how much of its contrast is in fine detail.
        turn: how far the head is turned to a side: 0 for none, 1 for half a face that is hidden.
    """

    side: float
    light: float
    sharpness: float
    turn: float


def quality(crop: NDArray[np.uint8], found: Detection) -> Quality:
    """Return the quality of a face: of its crop [48, 48] and of what its detector tells."""
    return Quality(
        side=min(found.box.w, found.box.h),
        light=float(np.partition(crop.ravel(), -crop.size // 10)[-crop.size // 10]),
        sharpness=_sharpness(crop),
        turn=_turn(found),
    )


def faults(quality: Quality) -> tuple[bool, bool, bool, bool]:
    """Return whether a face is too small, dark, blurred or far turned: `REASONS` but for the first."""
    return (
        quality.side < SMALLEST,
        quality.light < DARKEST,
        quality.sharpness < BLURRIEST,
        is_turned(quality),
    )


def is_turned(quality: Quality) -> bool:
    """Return whether a head is turned so far that its expression cannot be read."""
    return quality.turn > MOST_TURN


def _sharpness(crop: NDArray[np.uint8]) -> float:
    """Return the variance of the Laplacian (Pech-Pacheco et al., 2000) by that of the pixels."""
    pixels = crop.astype(np.float32)
    return _variance(cv2.Laplacian(pixels, cv2.CV_32F)[2:-2, 2:-2]) / (_variance(pixels) + EVEN)


def _variance(values: cv2.typing.MatLike) -> float:
    # For so few values, in less than half of the time that NumPy's takes.
    _, deviation = cv2.meanStdDev(values)
    return float(deviation[0, 0]) ** 2


def _turn(found: Detection) -> float:
    if found.turned:
        return 1.0
    return 0.0 if found.landmarks is None else _nose_offset(found.landmarks)


def _nose_offset(landmarks: Landmarks) -> float:
    """Return how far the nose tip is from the middle of the eyes, along their line, in half distances."""
    left, right, nose = (np.array(point) for point in landmarks[:3])
    line = right - left
    length = float(line @ line)
    return abs(float((nose - (left + right) / 2) @ line)) / (length / 2) if length > 0 else 1.0
