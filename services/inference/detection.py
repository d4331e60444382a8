"""What a face detector is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from services.inference.pictures import FrameViews
from shared.entities import Box

Landmarks: TypeAlias = tuple[tuple[float, float], ...]
"""Five points (x, y) in pixels of the frame: left eye, right eye, nose tip, left and right mouth corner; left
and right as in the picture of an upright face."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A place where a face is.

    Attributes:
        box: in pixels of the frame, within it.
        confidence: how sure the detector is; its scale is the detector's own, more is surer.
        landmarks: where its eyes, nose and mouth are; None from a detector that does not say.
        turned: whether it is known only from its side: its expression cannot be read.
    """

    box: Box
    confidence: float
    landmarks: Landmarks | None = None
    turned: bool = False


class Detector(Protocol):
    """Finds faces."""

    def search(self, frame: FrameViews) -> list[Detection]:
        """Return every face of a frame, the largest first."""
        ...

    def glance(self, frame: FrameViews) -> list[Detection]:
        """Return the faces of a frame that are large and easily seen, at a fraction of a search's cost."""
        ...

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box where a face is expected, the face around it; None where there is none."""
        ...

    def search_turned(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box where a face was until now and none is found, a head turned to a side.

        It is asked only where a face is known to have been: less is enough there than anywhere else. A
        detector that finds such heads as it finds others answers None for each.
        """
        ...
