"""What a face detector is."""

from dataclasses import dataclass
from typing import Protocol

from services.inference.pictures import GreyImage
from shared.entities import Box


@dataclass(frozen=True, slots=True)
class Detection:
    """A place where a face is.

    Attributes:
        box: in pixels of the frame, within it.
        confidence: how sure the detector is; its scale is the detector's own, more is surer.
    """

    box: Box
    confidence: float


class Detector(Protocol):
    """Finds faces."""

    def detect(self, grey: GreyImage) -> list[Detection]:
        """Return every face of a grey frame, the largest first."""
        ...
