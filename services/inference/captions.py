"""What is written beside a face, and where: within the frame, legible, covering as little as can be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2

from shared.entities import UNSURE, Box, Face

FONT = cv2.FONT_HERSHEY_DUPLEX

SMALLEST_TEXT = 0.45
"""OpenCV's font scale: capitals of 10 pixels, the least that stays legible after JPEG."""

TEXT_PER_PIXEL = 1 / 900
"""Font scale by the frame's shorter side: 0.53 at 480 lines, 1.2 at 1080."""

TAG = 0.75
"""Size of the track's number, by that of the text beside it."""

FAULTS = {
    "small": "too far away",
    "dark": "too dark",
    "blurred": "too blurred",
    "turned": "turned away",
}
"""Why a face is not read, by `REASONS`."""


class Style(NamedTuple):
    """Sizes for one frame: the font's scale, its stroke, the padding and the box's lines, in pixels."""

    text: float
    stroke: int
    pad: int
    line: int

    @property
    def tag(self) -> tuple[float, int]:
        """The font's scale and stroke of the tag."""
        return self.text * TAG, max(1, round(self.text * TAG * 1.6))


@dataclass(frozen=True, slots=True)
class Label:
    """A label's text and tag, where in it their baselines begin, and the rectangles that they fill.

    The tag's is the right end of the label's, and of no width where there is no tag.
    """

    text: str
    tag: str
    box: Box
    tag_box: Box
    origin: tuple[int, int]
    tag_origin: tuple[int, int]
    style: Style


class _Size(NamedTuple):
    """Of a label, in pixels: all of it, its tag's end, and what letters need below their baseline."""

    w: int
    h: int
    tag: int
    below: int


def caption(face: Face) -> str:
    """Return what a face shows, in words; of one that is unsure, why, or between what it stands."""
    if face.expression != UNSURE:
        return f"{face.expression} {round(100 * face.confidence)}%"
    if face.reason in FAULTS:
        return FAULTS[face.reason]
    return f"{UNSURE}: {' or '.join(face.candidates)}?" if face.candidates else UNSURE


def tag(face: Face) -> str:
    """Return the number that a face keeps, and whether its resting face is being learned."""
    number = "" if face.track is None else str(face.track)
    return f"{number} learning" if face.neutral == "learning" else number


def style_of(width: int, height: int) -> Style:
    """Return the sizes for a frame."""
    side = min(width, height)
    text = max(SMALLEST_TEXT, side * TEXT_PER_PIXEL)
    return _scaled(text, line=max(2, round(side / 200)))


def place_labels(width: int, height: int, faces: Sequence[Face]) -> list[Label]:
    """Return the label of each face in a frame.

    Of its places it gets the first that covers no label before it and no other face; else the first that
    covers no label; else the first.
    """
    labels: list[Label] = []
    for face in faces:
        others = [other.box for other in faces if other is not face]
        taken = [label.box for label in labels]
        places = list(_places(width, height, face))
        free = [place for place in places if not _covers(place, taken)]
        clear = (place for place in free if not _covers(place, others))
        labels.append(next(clear, (free or places)[0]))
    return labels


def _places(width: int, height: int, face: Face) -> Iterator[Label]:
    """Yield labels above the face's box, below it, and inside its top and bottom, at its left and right."""
    text, mark = caption(face), tag(face)
    style = _fitting(text, mark, style_of(width, height), width, height)
    size = _size(text, mark, style)
    w, h = min(width, size.w), min(height, size.h)
    box = face.box
    left, right = box.x - style.line // 2, box.x + box.w + style.line // 2 - w
    gap = style.line // 2 + 1
    tops = (box.y - h - gap, box.y + box.h + gap, box.y + gap, box.y + box.h - h - gap)
    # A place that sticks out is the last choice: moved in, it covers the face.
    for top in sorted(tops, key=lambda top: not 0 <= top <= height - h):
        y = max(0, min(top, height - h))
        for side in (left, right):
            x = max(0, min(side, width - w))
            baseline = y + h - size.below - style.pad // 2
            end = Box(x + w - size.tag, y, size.tag, h)
            origins = (x + style.pad, baseline), (end.x + style.pad // 2 + 1, baseline)
            yield Label(text, mark, Box(x, y, w, h), end, *origins, style)


def _size(text: str, mark: str, style: Style) -> _Size:
    (text_w, above), below = cv2.getTextSize(text, FONT, style.text, style.stroke)
    tag_w = cv2.getTextSize(mark, FONT, *style.tag)[0][0] + style.pad + 2 if mark else 0
    return _Size(text_w + 2 * style.pad + tag_w, above + below + style.pad, tag_w, below)


def _scaled(text: float, *, line: int) -> Style:
    return Style(text, stroke=max(1, round(text * 1.6)), pad=max(1, round(10 * text)), line=line)


def _fitting(text: str, mark: str, style: Style, width: int, height: int) -> Style:
    # Only a frame smaller than a label, 130x20 for a short one, gets smaller letters.
    size = _size(text, mark, style)
    room = min(width / size.w, height / size.h)
    return style if room >= 1 else _scaled(style.text * room * 0.9, line=style.line)


def _covers(place: Label, boxes: Sequence[Box]) -> bool:
    return any(_overlap(place.box, box) for box in boxes)


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h
