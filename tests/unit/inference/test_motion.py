import math
from dataclasses import replace

import numpy as np
import pytest

from services.inference.motion import MOST_SPEED, STEADY_S, centre, moved, predicted, surroundings, within
from services.inference.tracks import Reading, Rest, Track
from shared.entities import Box

T = 1_700_000_000_000_000_000
READING = Reading((1 / 7,) * 7, ("happy", "sad"), "", 0, (0.0,) * 4)
STILL = Track(1, (100.0, 50.0, 80.0, 80.0), (0.0, 0.0), T, T, 1, READING, Rest())


def after(seconds: float) -> int:
    return T + round(seconds * 1e9)


def walked(boxes: list[Box], step_s: float, track: Track = STILL) -> Track:
    for n, box in enumerate(boxes, 1):
        t = after(n * step_s)
        place, velocity = moved(track, box, t)
        track = replace(track, box=place, velocity=velocity, seen=t, sightings=track.sightings + 1)
    return track


def test_a_face_is_expected_where_its_speed_leads_it() -> None:
    moving = replace(STILL, velocity=(100.0, -20.0))
    assert predicted(moving, after(0.5)) == pytest.approx((150, 40, 80, 80))


def test_a_face_is_expected_where_it_came_from_in_an_older_frame() -> None:
    assert predicted(replace(STILL, velocity=(100.0, 0.0)), after(-0.1))[0] == pytest.approx(90)


def test_after_a_while_a_face_that_is_not_seen_is_expected_to_stay() -> None:
    moving = replace(STILL, velocity=(100.0, 0.0))
    assert predicted(moving, after(60)) == predicted(moving, after(STEADY_S))


@pytest.mark.parametrize("fps", [30, 8])
def test_the_box_of_an_even_walk_is_where_the_face_is(fps: int) -> None:
    steps = range(1, fps + 1)
    boxes = [Box(100 + round(150 * n / fps), 50, 80, 80) for n in steps]
    track = walked(boxes, 1 / fps)
    assert track.velocity[0] == pytest.approx(150, abs=12)
    assert centre(track.box)[0] == pytest.approx(centre(boxes[-1])[0], abs=3)


def test_a_still_face_jitters_less_than_its_detections() -> None:
    noise = np.random.default_rng(1).normal(0, 3, (300, 3))
    boxes = [Box(round(100 + x), round(50 + y), round(80 + s), round(80 + s)) for x, y, s in noise]
    track, places = STILL, []
    for n, box in enumerate(boxes, 1):
        place, velocity = moved(track, box, after(n / 30))
        track = replace(track, box=place, velocity=velocity, seen=after(n / 30), sightings=n + 1)
        places.append(place)
    steps = np.abs(np.diff(np.array(places[20:]), axis=0)).mean(axis=0)
    raw = np.abs(np.diff(np.array(boxes[20:], float), axis=0)).mean(axis=0)
    assert (steps < 0.5 * raw).all()


def test_after_a_gap_the_box_is_where_the_face_was_found() -> None:
    track = walked([Box(130, 50, 80, 80)], 1.0, replace(STILL, sightings=50))
    assert track.box[0] == pytest.approx(130, abs=1)


@pytest.mark.parametrize(
    ("box", "cut"),
    [
        ((10.4, 20.6, 30.0, 30.0), Box(10, 21, 30, 30)),
        ((-10.0, -5.0, 30.0, 30.0), Box(0, 0, 20, 25)),
        ((90.0, 80.0, 30.0, 30.0), Box(90, 80, 10, 20)),
        ((-50.0, 0.0, 30.0, 30.0), None),
        ((100.0, 0.0, 30.0, 30.0), None),
    ],
)
def test_a_box_is_cut_at_the_frames_edges(box: tuple[float, float, float, float], cut: Box | None) -> None:
    assert within(box, (100, 100)) == cut


@pytest.mark.parametrize("apart_s", [0.0, 0.0005, 0.001, 0.002])
def test_detections_a_moment_apart_tell_nothing_of_a_speed(apart_s: float) -> None:
    _, (speed, _) = moved(STILL, Box(103, 50, 80, 80), after(apart_s))
    assert abs(speed) <= 80


def test_no_face_is_taken_to_move_faster_than_a_few_of_its_sides_a_second() -> None:
    track = walked([Box(150, 90, 80, 80), Box(200, 130, 80, 80)], 1 / 30)
    assert math.hypot(*track.velocity) == pytest.approx(MOST_SPEED * 80)


def test_a_face_just_seen_may_be_where_it_was_seen_alone() -> None:
    assert surroundings(replace(STILL, velocity=(200.0, 0.0)), T) == STILL.box


def test_a_face_may_have_stopped_where_it_was_seen_or_gone_on_as_expected() -> None:
    x, y, w, h = surroundings(replace(STILL, velocity=(200.0, -100.0)), after(0.5))
    assert x <= 100
    assert y <= 0
    assert x + w >= 280
    assert y + h >= 130


def test_the_longer_a_face_is_not_seen_the_farther_it_may_be_but_not_without_end() -> None:
    widths = [surroundings(STILL, after(seconds))[2] for seconds in (0.1, 0.5, 1.0, 2.0, 60.0)]
    assert widths == pytest.approx([88, 120, 160, 240, 240])
