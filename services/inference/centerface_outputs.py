"""What CenterFace's network says, read: faces as points in a heatmap.

Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point", arXiv 1911.03599; the order
of the channels is that of the authors' program (github.com/Star-Clouds/CenterFace).
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from services.inference.detection import Landmarks

Maps = NDArray[np.float32]
"""Values [channels, height / 4, width / 4]."""

Cells: TypeAlias = NDArray[np.intp]
"""Places in a map, rows or columns [N]."""

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left edge, upper edge, width and height, in pixels of the network's input."""

STRIDE = 4
"""One cell of a map stands for so many pixels of the input, each way."""

MOST_OVERLAP = 0.3
"""Of two candidates that share more of their union than this, the less sure one goes; the authors' value."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The network's four maps for one picture.

    Attributes:
        heat: how sure it is that a face's centre is in a cell [1, h, w], 0 to 1.
        scale: the logarithms of a face's height and width in cells [2, h, w].
        offset: where in the cell the centre is, down and to the right [2, h, w].
        landmarks: five points [10, h, w] from the box's upper left corner, down and right, by its height and
            width.
    """

    heat: Maps
    scale: Maps
    offset: Maps
    landmarks: Maps


@dataclass(frozen=True, slots=True)
class Candidate:
    """A face, in pixels of the network's input.

    Attributes:
        box: from the forehead to the chin.
        score: how sure the network is, 0 to 1.
        landmarks: eyes, nose and mouth.
    """

    box: Rectangle
    score: float
    landmarks: Landmarks


def candidates(outputs: Outputs, least_score: float) -> list[Candidate]:
    """Return the faces whose score is at least `least_score`, each once, the surest first."""
    cells = np.nonzero(outputs.heat[0] >= least_score)
    boxes = _boxes(outputs, *cells)
    scores = outputs.heat[0][cells].tolist()
    points = outputs.landmarks[:, cells[0], cells[1]]
    kept = cv2.dnn.NMSBoxes(boxes, scores, 0.0, MOST_OVERLAP)
    return [Candidate(boxes[n], scores[n], _landmarks(boxes[n], points[:, n])) for n in kept]


def _boxes(outputs: Outputs, rows: Cells, columns: Cells) -> list[Rectangle]:
    """Return the box of each cell."""
    h, w = STRIDE * np.exp(outputs.scale[:, rows, columns])
    down, right = outputs.offset[:, rows, columns]
    x = STRIDE * (columns + right + 0.5) - w / 2
    y = STRIDE * (rows + down + 0.5) - h / 2
    return list(zip(x.tolist(), y.tolist(), w.tolist(), h.tolist(), strict=True))


def _landmarks(box: Rectangle, points: Maps) -> Landmarks:
    x, y, w, h = box
    return tuple((x + w * float(right), y + h * float(down)) for down, right in points.reshape(5, 2))
