"""Draws faces into a frame: corners and a label each, legible from 320x240 to 4K."""

import cv2

from services.inference.captions import FONT, Label, Style, place_labels, style_of
from services.inference.pictures import BgrImage
from shared.entities import UNSURE, Box, Face

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "angry": (110, 110, 255),
    "disgust": (120, 200, 140),
    "fear": (255, 140, 190),
    "happy": (80, 205, 255),
    "sad": (255, 170, 90),
    "surprise": (90, 160, 255),
    "neutral": (225, 225, 225),
    UNSURE: (165, 165, 165),
}
"""Blue, green, red: light enough that the dark label text keeps a contrast of at least 6:1 on each, by the
formula of WCAG 2.2."""

INK: Colour = (24, 20, 18)

CORNER = 0.22
"""Length of a corner's strokes, by the box's shorter side."""


def annotate(frame: BgrImage, faces: tuple[Face, ...]) -> None:
    """Draw every face into a frame [height, width, 3], in place; labels stay inside the frame."""
    height, width = frame.shape[:2]
    for face in faces:
        _draw_box(frame, face.box, COLOURS[face.expression], style_of(width, height))
    # Labels last, so that no other face's box runs through a word; the largest face's on top.
    labels = place_labels(width, height, faces)
    for face, label in zip(reversed(faces), reversed(labels), strict=True):
        _draw_label(frame, label, COLOURS[face.expression])


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
    style = label.style
    _fill_rounded(frame, label.box, colour, radius=style.pad // 2)
    cv2.putText(frame, label.text, label.origin, FONT, style.text, INK, style.stroke, cv2.LINE_AA)
    if label.tag:
        scale, stroke = style.tag
        _fill_rounded(frame, label.tag_box, INK, radius=style.pad // 2)
        cv2.putText(frame, label.tag, label.tag_origin, FONT, scale, colour, stroke, cv2.LINE_AA)


def _fill_rounded(frame: BgrImage, box: Box, colour: Colour, radius: int) -> None:
    x, y, w, h = box
    right, bottom = x + w - 1, y + h - 1
    cv2.rectangle(frame, (x + radius, y), (right - radius, bottom), colour, cv2.FILLED)
    cv2.rectangle(frame, (x, y + radius), (right, bottom - radius), colour, cv2.FILLED)
    for centre_x in (x + radius, right - radius):
        for centre_y in (y + radius, bottom - radius):
            cv2.circle(frame, (centre_x, centre_y), radius, colour, cv2.FILLED, cv2.LINE_AA)
