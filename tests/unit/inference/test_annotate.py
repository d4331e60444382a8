from itertools import combinations

import cv2
import numpy as np
import pytest

from services.inference.annotate import COLOURS, FONT, INK, Colour, annotate, place_labels
from services.inference.pictures import BgrImage
from shared.entities import EXPRESSIONS, Box, Face
from tests.made import face

SIZES = [(64, 48), (16, 16), (320, 240), (240, 320), (640, 480), (1920, 1080)]
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for text


def grey(width: int, height: int) -> BgrImage:
    return np.full((height, width, 3), 128, np.uint8)


def boxes_at_every_edge(width: int, height: int) -> list[Box]:
    w, h = max(1, width // 4), max(1, height // 4)
    xs, ys = (0, (width - w) // 2, width - w), (0, (height - h) // 2, height - h)
    return [Box(x, y, w, h) for x in xs for y in ys]


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [value / 255 for value in colour]
    blue, green, red = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def within(inner: Box, width: int, height: int) -> bool:
    return inner.x >= 0 and inner.y >= 0 and inner.x + inner.w <= width and inner.y + inner.h <= height


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def has_colour(pixels: BgrImage, colour: Colour) -> bool:
    return bool((np.abs(pixels.astype(int) - colour).sum(axis=-1) == 0).any())


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_labels_text_stands_out_from_every_colour(expression: str) -> None:
    contrast = (luminance(COLOURS[expression]) + 0.05) / (luminance(INK) + 0.05)
    assert contrast >= LEAST_CONTRAST


def test_no_two_expressions_share_a_colour() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS) == len(EXPRESSIONS)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("expression", ["sad", "surprise"])
def test_labels_stay_inside_the_picture_for_boxes_at_every_edge(
    size: tuple[int, int], expression: str
) -> None:
    for box in boxes_at_every_edge(*size):
        (label,) = place_labels(grey(*size), (face(expression, 1.0, box),))
        assert within(label.box, *size), (box, label)


@pytest.mark.parametrize("size", SIZES)
def test_text_stays_inside_its_label(size: tuple[int, int]) -> None:
    for box in boxes_at_every_edge(*size):
        (label,) = place_labels(grey(*size), (face("surprise", 1.0, box),))
        style = label.style
        (width, above), below = cv2.getTextSize(label.text, FONT, style.text, style.stroke)
        text = Box(label.origin[0], label.origin[1] - above, width, above + below)
        assert within(text, *size), (box, label)
        assert text.x >= label.box.x
        assert text.x + text.w <= label.box.x + label.box.w
        assert text.y + text.h <= label.box.y + label.box.h


@pytest.mark.parametrize("size", SIZES)
def test_a_face_of_any_size_is_drawn(size: tuple[int, int]) -> None:
    width, height = size
    for box in (Box(0, 0, width, height), Box(width - 1, height - 1, 1, 1), Box(0, 0, 1, 1)):
        pixels = grey(*size)
        annotate(pixels, (face("happy", 0.5, box),))
        assert has_colour(pixels, COLOURS["happy"])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_box_is_drawn_in_its_expressions_colour(expression: str) -> None:
    pixels = grey(640, 480)
    box = Box(200, 150, 160, 160)
    annotate(pixels, (face(expression, 0.9, box),))
    middles = [(box.x, 230), (box.x + box.w - 1, 230), (280, box.y), (280, box.y + box.h - 1)]
    assert all(has_colour(pixels[y - 4 : y + 5, x - 4 : x + 5], COLOURS[expression]) for x, y in middles)
    others = [colour for name, colour in COLOURS.items() if name != expression]
    assert not any(has_colour(pixels, colour) for colour in others)


def test_the_face_itself_stays_as_it_was() -> None:
    pixels = grey(640, 480)
    annotate(pixels, (face("happy", 0.9, Box(200, 150, 160, 160)),))
    assert (pixels[160:300, 210:350] == 128).all()


def test_the_label_says_the_expression_and_its_confidence() -> None:
    (label,) = place_labels(grey(640, 480), (face("happy", 0.934, Box(200, 150, 160, 160)),))
    assert label.text == "happy 93%"


def test_the_label_stands_above_its_box() -> None:
    (label,) = place_labels(grey(640, 480), (face("happy", 0.9, Box(200, 150, 160, 160)),))
    assert label.box.y + label.box.h <= 150
    assert label.box.y > 120


def test_where_there_is_no_room_above_the_label_stands_below() -> None:
    (label,) = place_labels(grey(640, 480), (face("happy", 0.9, Box(200, 0, 160, 160)),))
    assert label.box.y >= 160


def test_where_there_is_no_room_outside_the_label_stands_inside() -> None:
    (label,) = place_labels(grey(640, 480), (face("happy", 0.9, Box(200, 0, 160, 480)),))
    assert 0 <= label.box.y < 20


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1920, 1080)])
def test_labels_of_faces_that_are_close_do_not_cover_each_other(size: tuple[int, int]) -> None:
    width, height = size
    side = height // 4
    faces: tuple[Face, ...] = (
        face("happy", 0.9, Box(width // 3, height // 3, side, side)),
        face("surprise", 0.9, Box(width // 3 + side // 2, height // 3 + 4, side, side)),
        face("neutral", 0.9, Box(width // 3 - side // 2, height // 3 - 4, side, side)),
    )
    labels = place_labels(grey(*size), faces)
    assert not any(overlap(a.box, b.box) for a, b in combinations(labels, 2))


def test_every_face_keeps_its_label_in_a_crowd() -> None:
    crowd = tuple(face("sad", 0.5, Box(100 + 3 * i, 100, 40, 40)) for i in range(12))
    labels = place_labels(grey(320, 240), crowd)
    assert len(labels) == 12
    assert all(within(label.box, 320, 240) for label in labels)


def test_letters_grow_with_the_frame_and_stay_legible_in_a_small_one() -> None:
    heights = [
        place_labels(grey(*size), (face("happy", 0.9, Box(50, 60, 40, 40)),))[0].box.h
        for size in [(320, 240), (640, 480), (1920, 1080)]
    ]
    assert heights == sorted(heights)
    assert heights[0] >= 15
    assert heights[2] > 2 * heights[0]


def test_a_frame_without_faces_is_left_as_it_was() -> None:
    pixels = grey(64, 48)
    annotate(pixels, ())
    assert (pixels == 128).all()
