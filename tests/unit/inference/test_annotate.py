from dataclasses import replace

import numpy as np
import pytest

from services.inference.annotate import COLOURS, INK, Colour, annotate
from services.inference.captions import place_labels
from services.inference.pictures import BgrImage
from shared.entities import EXPRESSIONS, UNSURE, Box
from tests.made import face

SIZES = [(64, 48), (16, 16), (320, 240), (240, 320), (640, 480), (1920, 1080)]
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for text


def grey(width: int, height: int) -> BgrImage:
    return np.full((height, width, 3), 128, np.uint8)


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [value / 255 for value in colour]
    blue, green, red = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def has_colour(pixels: BgrImage, colour: Colour) -> bool:
    return bool((np.abs(pixels.astype(int) - colour).sum(axis=-1) == 0).any())


@pytest.mark.parametrize("expression", [*EXPRESSIONS, UNSURE])
def test_the_labels_text_stands_out_from_every_colour(expression: str) -> None:
    contrast = (luminance(COLOURS[expression]) + 0.05) / (luminance(INK) + 0.05)
    assert contrast >= LEAST_CONTRAST


def test_no_two_expressions_share_a_colour() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS) == len(EXPRESSIONS) + 1


@pytest.mark.parametrize("size", SIZES)
def test_a_face_of_any_size_is_drawn(size: tuple[int, int]) -> None:
    width, height = size
    for box in (Box(0, 0, width, height), Box(width - 1, height - 1, 1, 1), Box(0, 0, 1, 1)):
        pixels = grey(*size)
        annotate(pixels, (face("happy", 0.5, box),))
        assert has_colour(pixels, COLOURS["happy"])


@pytest.mark.parametrize("expression", [*EXPRESSIONS, UNSURE])
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


def test_a_frame_without_faces_is_left_as_it_was() -> None:
    pixels = grey(64, 48)
    annotate(pixels, ())
    assert (pixels == 128).all()


def test_the_tracks_number_stands_in_the_expressions_colour_on_a_dark_ground() -> None:
    pixels = grey(640, 480)
    numbered = (replace(face("happy", 0.9, Box(200, 150, 160, 160)), track=7),)
    annotate(pixels, numbered)
    (label,) = place_labels(640, 480, numbered)
    x, y, w, h = label.tag_box
    end = pixels[y : y + h, x : x + w]
    assert (end == INK).all(axis=2).mean() > 0.5
    # Thin strokes are mixed with the ground at their edges.
    assert np.abs(end[5:-5, 3:-3].astype(int) - COLOURS["happy"]).sum(axis=2).min() < 90
