"""The second detector: CenterFace, a small network that finds turned heads too and gives landmarks."""

from collections.abc import Sequence
from math import ceil, sqrt

import cv2

from services.inference.association import overlap
from services.inference.centerface_outputs import Candidate, Outputs, candidates
from services.inference.centerface_weights import read_weights
from services.inference.detection import Detection
from services.inference.onnx_runtime import open_session
from services.inference.pictures import BgrImage, FrameViews
from services.inference.window import Window
from shared.entities import Box

INPUT = "input.1"
OUTPUTS = ("537", "538", "539", "540")
"""Heat, scale, offset and landmarks, by the names in the file."""

STEP = 32
"""Both sides of the network's input must be multiples of this."""

SEARCHED_PX = 320 * 192
"""Pixels to which a frame is reduced for a whole search. Measured on one core: 7.5 ms; faces from about 28
pixels of a 640x480 frame are found."""

GLANCED_PX = SEARCHED_PX // 4
"""The same for a glance: faces of twice the size."""

NEAR_SIDE = 96
"""Side of the window around an expected face, in pixels of the network: 1.4 ms a face on one core; 64 would
take 1. Of pasted faces moved by up to a fifth of their size it finds 98 % again; at 64, 95 %."""

NEAR_MARGIN = 1.5
"""That window's side by the face's; at 2 it shows faces so small that 95 % are found."""

MOST_WINDOWS = 6
"""Beyond as many, one search of the whole frame is cheaper."""

LEAST_SCORE = 0.35
"""The authors' own threshold."""

LEAST_SCORE_NEAR = 0.2
"""Where a face was a moment ago, less will do."""

LEAST_OVERLAP_NEAR = 0.2
"""Intersection over union with the expected box: another face in the window is not the expected one."""

SIDE = 1.1
"""A detection's side by the geometric mean of CenterFace's width and height. That box is tight, and FER2013's
crops, which the expression model knows, show more. On 800 pasted faces in two sizes, expressions are read
equally well with 1.03 and 1.15, and worse by 1 to 3 % with 1.27."""

RAISED = 0.03
"""By which part of its side a detection's middle is above CenterFace's: the eyes are where FER2013's are."""


class CenterFaceDetector:
    """Finds faces with CenterFace.

    Raises:
        SettingsError: the package with the weights is not installed.
        ModelError: the weights do not fit.
    """

    def __init__(self) -> None:
        self._session = open_session(read_weights(), "CenterFace")

    def search(self, frame: FrameViews) -> list[Detection]:
        """Return every face of a frame, the largest first."""
        return self._search(frame, SEARCHED_PX)

    def glance(self, frame: FrameViews) -> list[Detection]:
        """Return the large faces of a frame, the largest first."""
        return self._search(frame, GLANCED_PX)

    def _search(self, frame: FrameViews, pixels: int) -> list[Detection]:
        window = whole(frame.bgr, pixels)
        (outputs,) = self._run([window.view(frame.bgr)])
        found = [detection(face, window, frame.bgr) for face in candidates(outputs, LEAST_SCORE)]
        return sorted(found, key=lambda face: -face.box.w * face.box.h)

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box where a face is expected, the face around it; None where there is none."""
        if len(boxes) > MOST_WINDOWS:
            found = self.search(frame)
            return [_nearest(box, found) for box in boxes]
        if not boxes:
            return []
        windows = [around(box) for box in boxes]
        outputs = self._run([window.view(frame.bgr) for window in windows])
        return [
            _nearest(box, [detection(face, window, frame.bgr) for face in candidates(one, LEAST_SCORE_NEAR)])
            for box, window, one in zip(boxes, windows, outputs, strict=True)
        ]

    def search_turned(
        self,
        frame: FrameViews,  # noqa: ARG002  # the cascade needs it
        boxes: Sequence[Box],
    ) -> list[Detection | None]:
        """Return None for each box: heads that are turned are found like all others."""
        return [None] * len(boxes)

    def _run(self, views: list[BgrImage]) -> list[Outputs]:
        pictures = cv2.dnn.blobFromImages(views, swapRB=True)
        maps = self._session.run(list(OUTPUTS), {INPUT: pictures})
        return [Outputs(*one) for one in zip(*maps, strict=True)]


def whole(frame: BgrImage, pixels: int = SEARCHED_PX) -> Window:
    """Return the window that shows a frame [height, width, 3] as a whole, reduced to about so many pixels."""
    height, width = frame.shape[:2]
    scale = min(1.0, sqrt(pixels / (width * height)))
    return Window(0, 0, scale, STEP * ceil(width * scale / STEP), STEP * ceil(height * scale / STEP))


def around(box: Box) -> Window:
    """Return the window around the place where a face is expected."""
    side = NEAR_MARGIN * max(box.w, box.h)
    left, top = round(box.x + (box.w - side) / 2), round(box.y + (box.h - side) / 2)
    return Window(left, top, NEAR_SIDE / side, NEAR_SIDE, NEAR_SIDE)


def detection(face: Candidate, window: Window, frame: BgrImage) -> Detection:
    """Return a face in pixels of the frame, its box a square as the expression model knows faces."""
    x, y, w, h = face.box
    side = SIDE * sqrt(w * h)
    left, top = _in_frame((x + (w - side) / 2, y + (h - side) / 2 - RAISED * side), window)
    landmarks = tuple(_in_frame(point, window) for point in face.landmarks)
    return Detection(_within(left, top, side / window.scale, frame), face.score, landmarks)


def _in_frame(point: tuple[float, float], window: Window) -> tuple[float, float]:
    return window.left + point[0] / window.scale, window.top + point[1] / window.scale


def _within(left: float, top: float, side: float, frame: BgrImage) -> Box:
    height, width = frame.shape[:2]
    x, w = _clipped(left, side, width)
    y, h = _clipped(top, side, height)
    return Box(x, y, w, h)


def _clipped(start: float, length: float, room: int) -> tuple[int, int]:
    """Return the part of a line, its start and length, that is within 0 and `room`; at least one pixel."""
    first = min(max(round(start), 0), room - 1)
    last = min(max(round(start + length), first + 1), room)
    return first, last - first


def _nearest(expected: Box, found: list[Detection]) -> Detection | None:
    best = max(found, key=lambda face: overlap(expected, face.box), default=None)
    if best is None or overlap(expected, best.box) < LEAST_OVERLAP_NEAR:
        return None
    return best
