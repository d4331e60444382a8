"""Draws faces into a frame: corners and a label each, legible from 320x240 to 4K."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2

from services.inference.pictures import BgrImage
from shared.entities import Box, Face

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "angry": (110, 110, 255),
    "disgust": (120, 200, 140),
    "fear": (255, 140, 190),
    "happy": (80, 205, 255),
    "sad": (255, 170, 90),
    "surprise": (90, 160, 255),
    "neutral": (225, 225, 225),
}
"""Blue, green, red: light enough that the dark label text keeps a contrast of at least 6:1 on each, by the
formula of WCAG 2.2."""

INK: Colour = (24, 20, 18)
FONT = cv2.FONT_HERSHEY_DUPLEX

SMALLEST_TEXT = 0.45
"""OpenCV's font scale: capitals of 10 pixels, the least that stays legible after JPEG."""

TEXT_PER_PIXEL = 1 / 900
"""Font scale by the frame's shorter side: 0.53 at 480 lines, 1.2 at 1080."""

CORNER = 0.22
"""Length of a corner's strokes, by the box's shorter side."""


class Style(NamedTuple):
    """Sizes for one frame: the font's scale, its stroke, the padding and the box's lines, in pixels."""

    text: float
    stroke: int
    pad: int
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """A label's text, the rectangle that it fills, and where in it the text's baseline begins."""

    text: str
    box: Box
    origin: tuple[int, int]
    style: Style


def annotate(frame: BgrImage, faces: tuple[Face, ...]) -> None:
    """Draw every face into a frame [height, width, 3], in place; labels stay inside the frame."""
    for face in faces:
        _draw_box(frame, face.box, COLOURS[face.expression], _style(min(frame.shape[:2])))
    # Labels last, so that no other face's box runs through a word; the largest face's on top.
    labels = place_labels(frame, faces)
    for face, label in zip(reversed(faces), reversed(labels), strict=True):
        _draw_label(frame, label, COLOURS[face.expression])


def place_labels(frame: BgrImage, faces: tuple[Face, ...]) -> list[Label]:
    """Return the label of each face: the first of its places that no label before it covers."""
    labels: list[Label] = []
    for face in faces:
        places = list(_places(frame, face))
        free = (place for place in places if not any(_overlap(place.box, label.box) for label in labels))
        labels.append(next(free, places[0]))
    return labels


def _places(frame: BgrImage, face: Face) -> Iterator[Label]:
    """Yield a label above the face's box, below it, and inside its top and bottom, each within the frame."""
    height, width = frame.shape[:2]
    text = f"{face.expression} {round(100 * face.confidence)}%"
    style = _fitting(text, _style(min(height, width)), width, height)
    (w, above_line), below_line = cv2.getTextSize(text, FONT, style.text, style.stroke)
    w, h = min(width, w + 2 * style.pad), min(height, above_line + below_line + style.pad)
    box = face.box
    x = max(0, min(box.x - style.line // 2, width - w))
    gap = style.line // 2 + 1
    tops = (box.y - h - gap, box.y + box.h + gap, box.y + gap, box.y + box.h - h - gap)
    # A place that sticks out is the last choice: moved in, it covers the face.
    for top in sorted(tops, key=lambda top: not 0 <= top <= height - h):
        y = max(0, min(top, height - h))
        origin = (x + style.pad, y + h - below_line - style.pad // 2)
        yield Label(text, Box(x, y, w, h), origin, style)


def _style(side: float) -> Style:
    text = max(SMALLEST_TEXT, side * TEXT_PER_PIXEL)
    return _scaled(text, line=max(2, round(side / 200)))


def _scaled(text: float, *, line: int) -> Style:
    return Style(text, stroke=max(1, round(text * 1.6)), pad=max(1, round(10 * text)), line=line)


def _fitting(text: str, style: Style, width: int, height: int) -> Style:
    # Only a frame smaller than a label, 130x20, gets smaller letters.
    (w, h), below = cv2.getTextSize(text, FONT, style.text, style.stroke)
    room = min(width / (w + 2 * style.pad), height / (h + below + style.pad))
    return style if room >= 1 else _scaled(style.text * room * 0.9, line=style.line)


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def _draw_box(frame: BgrImage, box: Box, colour: Colour, style: Style) -> None:
    thin, thick = max(1, style.line // 2), style.line + 1
    # A dark edge around the lines keeps the box visible on a bright background.
    _draw_lines(frame, box, INK, thin + 2, thick + 2)
    _draw_lines(frame, box, colour, thin, thick)


def _draw_lines(frame: BgrImage, box: Box, colour: Colour, thin: int, thick: int) -> None:
    """Draw a thin rectangle with thick corners."""
    x, y, w, h = box
    right, bottom = x + w - 1, y + h - 1
    cv2.rectangle(frame, (x, y), (right, bottom), colour, thin)
    reach = round(CORNER * min(w, h))
    for corner_x, inner_x in ((x, x + reach), (right, right - reach)):
        for corner_y, inner_y in ((y, y + reach), (bottom, bottom - reach)):
            cv2.line(frame, (corner_x, corner_y), (inner_x, corner_y), colour, thick)
            cv2.line(frame, (corner_x, corner_y), (corner_x, inner_y), colour, thick)


def _draw_label(frame: BgrImage, label: Label, colour: Colour) -> None:
    _fill_rounded(frame, label.box, colour, radius=label.style.pad // 2)
    style = label.style
    cv2.putText(frame, label.text, label.origin, FONT, style.text, INK, style.stroke, cv2.LINE_AA)


def _fill_rounded(frame: BgrImage, box: Box, colour: Colour, radius: int) -> None:
    x, y, w, h = box
    right, bottom = x + w - 1, y + h - 1
    cv2.rectangle(frame, (x + radius, y), (right - radius, bottom), colour, cv2.FILLED)
    cv2.rectangle(frame, (x, y + radius), (right, bottom - radius), colour, cv2.FILLED)
    for centre_x in (x + radius, right - radius):
        for centre_y in (y + radius, bottom - radius):
            cv2.circle(frame, (centre_x, centre_y), radius, colour, cv2.FILLED, cv2.LINE_AA)
