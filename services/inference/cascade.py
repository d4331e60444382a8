"""The default detector: OpenCV's Haar cascades on a reduced grey frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.inference.detection import Detection
from services.inference.hits import Cascade, Hit, agreed, around, cut, find_hits, moved, open_cascade, within
from services.inference.pictures import FrameViews, GreyImage
from services.inference.profiles import ProfileFinder
from shared.entities import Box

CASCADE = "haarcascade_frontalface_alt2.xml"
SECOND_CASCADE = "haarcascade_frontalface_alt.xml"
"""Trained on its own: it errs elsewhere."""

SMALLEST_FACE = 20
"""In pixels of the reduced frame; the cascades were trained on windows of this size."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One way of going over a whole frame.

    Attributes:
        short_side: to which the frame is reduced, in pixels. A search costs by the pixel.
        step: each size searched is so much larger than the one before.
        tilt: of the heads looked for, in degrees.
    """

    short_side: int
    step: float
    tilt: float = 0.0


PASSES = (Pass(240, 1.1), Pass(120, 1.1, 18.0), Pass(120, 1.1, -18.0))
"""Faces from 40 pixels at 640x480, and those of tilted heads, which cascades miss, from 80: a quarter of the
pixels, so that both of these together cost less than half as much again as the first. By its step, of
600 tightly cut faces pasted at 120 pixels into a hundred made scenes: 1.1 finds 83.8 %, with 4 false
detections; 1.12 finds 83.2 %, with 6, in a seventh less time; 1.15 finds 82.2 %, with 2, in a sixth less.
Three hits of step 1.1 agree now and then on a bookshelf."""

GLANCE = Pass(96, 1.2)
"""Upright faces from 100 pixels at 640x480, at a fifteenth of a search's cost."""

SURE = 3
"""So many hits that agree are a face; OpenCV's own default is as many and one."""

DOUBTFUL = 2
"""So many are one if the second cascade agrees."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one place is looked at: everything around it, thoroughly.

    Attributes:
        side: to which the expected face is scaled, in pixels.
        step: as a pass's.
        least: so many hits that agree are a face.
    """

    side: int
    step: float
    least: int


NEAR = Look(36, 1.1, 3)
SECOND = Look(48, 1.05, 4)

REGION = 1.6
"""Around an expected face this much of its side is searched."""

LEAST, MOST = 0.8, 1.25
"""Sizes searched, by the expected one. On the demo clip 0.7 and 1.4, at side 40, take 2.3 times as long and
find the same: 240 of 240."""

TILTS = (0.0, 18.0, -18.0)
"""Tried in turn where a face is expected."""


class CascadeDetector:
    """Finds frontal faces, tilted ones too, and heads that turn away.

    Raises:
        ModelError: OpenCV came without its cascade files.
    """

    def __init__(self) -> None:
        self._cascade = open_cascade(CASCADE)
        self._second = open_cascade(SECOND_CASCADE)
        self._profiles = ProfileFinder()

    def search(self, frame: FrameViews) -> list[Detection]:
        """Return every face of a frame, the largest first."""
        grey = frame.grey
        hits = [hit for each in PASSES for hit in self._pass(grey, each)]
        found: list[Detection] = []
        for hit, count in sorted(agreed(hits, DOUBTFUL), key=lambda group: -group[1]):
            box = within(hit, grey)
            if any(_same(box, other.box) for other in found):
                continue
            if count >= SURE or self._confirmed(grey, box):
                found.append(Detection(box, float(count)))
        return sorted(found, key=lambda detection: -detection.box.w)

    def glance(self, frame: FrameViews) -> list[Detection]:
        """Return the upright faces of a frame that are a third of it and more, where many hits agree."""
        hits = list(self._pass(frame.grey, GLANCE))
        return [Detection(within(hit, frame.grey), float(count)) for hit, count in agreed(hits, SURE)]

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box where a face is expected, the face around it; None where there is none."""
        return [self._near(frame.grey, box) for box in boxes]

    def search_turned(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        """Return, for each box where a face was until now and none is found, a head turned to a side."""
        return [self._profiles.find(frame.grey, box) for box in boxes]

    def _pass(self, grey: GreyImage, each: Pass) -> Iterator[Hit]:
        scale = max(1.0, min(grey.shape) / each.short_side)
        return find_hits(
            self._cascade, grey, scale=scale, step=each.step, least=SMALLEST_FACE, tilt=each.tilt
        )

    def _confirmed(self, grey: GreyImage, box: Box) -> bool:
        return bool(_look(self._second, grey, box, SECOND))

    def _near(self, grey: GreyImage, box: Box) -> Detection | None:
        for tilt in TILTS:
            found = _look(self._cascade, grey, box, NEAR, tilt)
            if found:
                return min(found, key=lambda face: _far(face.box, box))
        return None


def _look(cascade: Cascade, grey: GreyImage, box: Box, look: Look, tilt: float = 0.0) -> list[Detection]:
    region = around(box, REGION, grey)
    part = cut(grey, region)
    # Where the frame's edge cuts the box, its longer side is the face's.
    scale = max(box.w, box.h) / look.side
    least, most = round(look.side * LEAST), round(look.side * MOST)
    hits = find_hits(cascade, part, scale=scale, step=look.step, least=least, most=most, tilt=tilt)
    return [
        Detection(within(moved(hit, region), grey), float(count))
        for hit, count in agreed(list(hits), look.least)
    ]


def _same(a: Box, b: Box) -> bool:
    """Say whether two boxes are of one face: the middle of either is in the other."""
    return _middle_in(a, b) or _middle_in(b, a)


def _middle_in(inner: Box, outer: Box) -> bool:
    x, y = inner.x + inner.w / 2, inner.y + inner.h / 2
    return outer.x <= x < outer.x + outer.w and outer.y <= y < outer.y + outer.h


def _far(a: Box, b: Box) -> float:
    return abs(2 * a.x + a.w - 2 * b.x - b.w) + abs(2 * a.y + a.h - 2 * b.y - b.h)
