from dataclasses import replace
from itertools import combinations

import cv2
import pytest

from services.inference.captions import FONT, caption, place_labels, tag
from shared.entities import EXPRESSIONS, REASONS, UNSURE, Box, Face
from tests.made import face

SIZES = [(64, 48), (16, 16), (320, 240), (240, 320), (640, 480), (1920, 1080)]


def unsure(reason: str, *candidates: str, box: Box = Box(10, 12, 20, 20)) -> Face:  # noqa: B008
    return replace(face(box=box), expression=UNSURE, reason=reason, candidates=candidates, track=12)


def boxes_at_every_edge(width: int, height: int) -> list[Box]:
    w, h = max(1, width // 4), max(1, height // 4)
    xs, ys = (0, (width - w) // 2, width - w), (0, (height - h) // 2, height - h)
    return [Box(x, y, w, h) for x in xs for y in ys]


def within(inner: Box, width: int, height: int) -> bool:
    return inner.x >= 0 and inner.y >= 0 and inner.x + inner.w <= width and inner.y + inner.h <= height


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("expression", ["sad", "surprise"])
def test_labels_stay_inside_the_picture_for_boxes_at_every_edge(
    size: tuple[int, int], expression: str
) -> None:
    for box in boxes_at_every_edge(*size):
        (label,) = place_labels(*size, (face(expression, 1.0, box),))
        assert within(label.box, *size), (box, label)


@pytest.mark.parametrize("size", SIZES)
def test_text_stays_inside_its_label(size: tuple[int, int]) -> None:
    for box in boxes_at_every_edge(*size):
        (label,) = place_labels(*size, (face("surprise", 1.0, box),))
        style = label.style
        (width, above), below = cv2.getTextSize(label.text, FONT, style.text, style.stroke)
        text = Box(label.origin[0], label.origin[1] - above, width, above + below)
        assert within(text, *size), (box, label)
        assert text.x >= label.box.x
        assert text.x + text.w <= label.box.x + label.box.w
        assert text.y + text.h <= label.box.y + label.box.h


def test_the_label_says_the_expression_and_its_confidence() -> None:
    (label,) = place_labels(640, 480, (face("happy", 0.934, Box(200, 150, 160, 160)),))
    assert label.text == "happy 93%"


def test_the_label_stands_above_its_box() -> None:
    (label,) = place_labels(640, 480, (face("happy", 0.9, Box(200, 150, 160, 160)),))
    assert label.box.y + label.box.h <= 150
    assert label.box.y > 120


def test_where_there_is_no_room_above_the_label_stands_below() -> None:
    (label,) = place_labels(640, 480, (face("happy", 0.9, Box(200, 0, 160, 160)),))
    assert label.box.y >= 160


def test_where_there_is_no_room_outside_the_label_stands_inside() -> None:
    (label,) = place_labels(640, 480, (face("happy", 0.9, Box(200, 0, 160, 480)),))
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
    labels = place_labels(*size, faces)
    assert not any(overlap(a.box, b.box) for a, b in combinations(labels, 2))


def test_every_face_keeps_its_label_in_a_crowd() -> None:
    crowd = tuple(face("sad", 0.5, Box(100 + 3 * i, 100, 40, 40)) for i in range(12))
    labels = place_labels(320, 240, crowd)
    assert len(labels) == 12
    assert all(within(label.box, 320, 240) for label in labels)


def test_letters_grow_with_the_frame_and_stay_legible_in_a_small_one() -> None:
    heights = [
        place_labels(*size, (face("happy", 0.9, Box(50, 60, 40, 40)),))[0].box.h
        for size in [(320, 240), (640, 480), (1920, 1080)]
    ]
    assert heights == sorted(heights)
    assert heights[0] >= 15
    assert heights[2] > 2 * heights[0]


def test_a_face_that_is_unsure_says_between_what_it_stands() -> None:
    assert caption(unsure("close", "sad", "neutral")) == "unsure: sad or neutral?"


def test_a_face_that_cannot_be_read_says_why() -> None:
    said = [caption(unsure(reason)) for reason in REASONS[1:]]
    assert said == ["too far away", "too dark", "too blurred", "turned away"]


def test_a_face_that_is_unsure_and_does_not_say_why_is_unsure() -> None:
    assert caption(replace(unsure("close"), reason=None)) == "unsure"


def test_a_face_that_is_followed_shows_its_number() -> None:
    assert tag(replace(face(), track=12)) == "12"
    assert tag(face()) == ""


def test_a_face_whose_resting_face_is_learned_says_so() -> None:
    assert tag(replace(face(), track=12, neutral="learning")) == "12 learning"
    assert tag(replace(face(), track=12, neutral="own")) == "12"


@pytest.mark.parametrize("size", SIZES)
def test_the_longest_label_and_its_tag_stay_inside_the_picture(size: tuple[int, int]) -> None:
    longest = max(EXPRESSIONS, key=len)
    for box in boxes_at_every_edge(*size):
        known = replace(unsure("close", longest, "disgust", box=box), neutral="learning")
        (label,) = place_labels(*size, (known,))
        assert within(label.box, *size), (box, label)
        assert within(label.tag_box, *size)
        assert label.tag_box.x + label.tag_box.w == label.box.x + label.box.w


@pytest.mark.parametrize("size", SIZES[2:])
def test_a_tag_stands_inside_its_end_of_the_label_and_behind_the_text(size: tuple[int, int]) -> None:
    (label,) = place_labels(*size, (replace(face("happy", 0.9, Box(40, 60, 60, 60)), track=1234),))
    text_w = cv2.getTextSize(label.text, FONT, label.style.text, label.style.stroke)[0][0]
    tag_w = cv2.getTextSize(label.tag, FONT, *label.style.tag)[0][0]
    assert label.origin[0] + text_w <= label.tag_box.x
    assert label.tag_box.x <= label.tag_origin[0]
    assert label.tag_origin[0] + tag_w <= label.tag_box.x + label.tag_box.w


def test_a_long_label_does_not_cover_the_face_beside_it_where_there_is_room_elsewhere() -> None:
    beside = face("happy", 0.9, Box(330, 100, 200, 200))
    long = unsure("close", "surprise", "disgust", box=Box(170, 200, 100, 100))
    label, _ = place_labels(640, 480, (long, beside))
    assert not overlap(label.box, beside.box)
