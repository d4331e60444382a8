"""Draws faces into a frame: a box and a label each, legible from 320x240 to 4K."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2

from services.inference.pictures import BgrImage
from shared.entities import Box, Face

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "angry": (92, 92, 255),
    "disgust": (120, 200, 140),
    "fear": (255, 140, 190),
    "happy": (80, 205, 255),
    "sad": (255, 170, 90),
    "surprise": (90, 160, 255),
    "neutral": (225, 225, 225),
}
"""Blue, green, red: light enough that the dark label text keeps a contrast of 7:1 on each."""

INK: Colour = (24, 20, 18)
FONT = cv2.FONT_HERSHEY_DUPLEX

SMALLEST_TEXT = 0.45
"""OpenCV's font scale: capitals of 10 pixels, the least that stays legible after JPEG."""

TEXT_PER_PIXEL = 1 / 900
"""Font scale by the frame's shorter side: 0.53 at 480 lines, 1.2 at 1080."""


class Style(NamedTuple):
    """Sizes for one frame: the font's scale, its stroke, the padding and the box's line, in pixels."""

    text: float
    stroke: int
    pad: int
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """A label's text and the rectangle that it fills."""

    text: str
    box: Box
    baseline: int


def annotate(frame: BgrImage, faces: tuple[Face, ...]) -> None:
    """Draw every face into a frame [height, width, 3], in place; labels stay inside the frame."""
    style = style_for(frame)
    for face in faces:
        _draw_box(frame, face.box, COLOURS[face.expression], style)
    # Labels last, so that no other face's box runs through a word; the largest face's on top.
    for face in reversed(faces):
        _draw_label(frame, place_label(frame, face, style), COLOURS[face.expression], style)


def style_for(frame: BgrImage) -> Style:
    """Return the sizes that suit a frame."""
    side = min(frame.shape[:2])
    text = max(SMALLEST_TEXT, side * TEXT_PER_PIXEL)
    return Style(
        text, stroke=max(1, round(text * 1.2)), pad=max(3, round(8 * text)), line=max(2, side // 240)
    )


def place_label(frame: BgrImage, face: Face, style: Style) -> Label:
    """Return the label of a face: above its box, else inside its top; shifted to stay in the frame."""
    height, width = frame.shape[:2]
    text = f"{face.expression} {round(100 * face.confidence)}%"
    (w, h), baseline = cv2.getTextSize(text, FONT, style.text, style.stroke)
    w, h = w + 2 * style.pad, h + baseline + style.pad
    x = max(0, min(face.box.x - style.line // 2, width - w))
    above = face.box.y - h
    y = above if above >= 0 else min(max(0, face.box.y), height - h)
    return Label(text, Box(x, max(0, y), w, h), baseline)


def _draw_box(frame: BgrImage, box: Box, colour: Colour, style: Style) -> None:
    x, y, w, h = box
    corner, opposite = (x, y), (x + w - 1, y + h - 1)
    # A dark line below the coloured one keeps the box visible on a bright background.
    cv2.rectangle(frame, corner, opposite, INK, style.line + 2, cv2.LINE_AA)
    cv2.rectangle(frame, corner, opposite, colour, style.line, cv2.LINE_AA)


def _draw_label(frame: BgrImage, label: Label, colour: Colour, style: Style) -> None:
    x, y, w, h = label.box
    cv2.rectangle(frame, (x, y), (x + w - 1, y + h - 1), colour, cv2.FILLED)
    origin = (x + style.pad, y + h - label.baseline - style.pad // 2)
    cv2.putText(frame, label.text, origin, FONT, style.text, INK, style.stroke, cv2.LINE_AA)
