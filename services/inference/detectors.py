"""The detectors by name."""

from collections.abc import Callable, Mapping
from typing import Literal

from services.inference.cascade import CascadeDetector
from services.inference.centerface import CenterFaceDetector
from services.inference.detection import Detector

DetectorName = Literal["cascade", "centerface"]

DEFAULT_DETECTOR: DetectorName = "cascade"

DETECTORS: Mapping[DetectorName, Callable[[], Detector]] = {
    "cascade": CascadeDetector,
    "centerface": CenterFaceDetector,
}


def build_detector(name: DetectorName) -> Detector:
    """Return a detector that is ready to search.

    Raises:
        SettingsError: it needs a package that is not installed.
        ModelError: what it searches with does not fit.
    """
    return DETECTORS[name]()
