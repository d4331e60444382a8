from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from services.inference.honesty import SURE, first_reading, next_reading
from services.inference.quality import Quality
from services.inference.tracks import Reading, Seven
from shared.entities import EXPRESSIONS

T = 1_700_000_000_000_000_000
GOOD = Quality(side=80.0, light=200.0, sharpness=1.0, turn=0.0)
DARK = replace(GOOD, light=30.0)
SMALL_AND_DARK = replace(DARK, side=20.0)


def scores(**shares: float) -> Seven:
    rest = (1 - sum(shares.values())) / (7 - len(shares))
    return tuple(shares.get(name, rest) for name in EXPRESSIONS)


HAPPY, SURPRISED = scores(happy=0.85), scores(surprise=0.7, fear=0.15)
OPEN = scores(happy=0.3, neutral=0.28)


def shown(reading: Reading) -> str:
    return reading.unsure or reading.candidates[0]


def watched(reading: Reading, seen: Seven, quality: Quality, *, ms: int, step_ms: int = 33) -> list[Reading]:
    """Return what is said in each frame of the next `ms`."""
    readings = []
    start = T
    for n in range(1, ms // step_ms + 1):
        reading = next_reading(reading, seen, quality, start + n * step_ms * 1_000_000, step_ms * 1_000_000)
        readings.append(reading)
    return readings


def test_a_clear_face_is_named_at_once() -> None:
    assert shown(first_reading(HAPPY, GOOD)) == "happy"


def test_a_face_without_a_clear_expression_is_unsure_with_the_two_likeliest() -> None:
    reading = first_reading(OPEN, GOOD)
    assert reading.unsure == "close"
    assert reading.candidates == ("happy", "neutral")


def test_a_model_that_is_surer_or_less_sure_has_a_threshold_of_its_own() -> None:
    assert shown(first_reading(HAPPY, GOOD, sure=0.9)) == "close"
    assert shown(first_reading(OPEN, GOOD, sure=0.25)) == "happy"
    first = first_reading(OPEN, GOOD, sure=0.25)
    assert shown(next_reading(first, OPEN, GOOD, T + 1, 1, sure=0.25)) == "happy"


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (replace(GOOD, side=20.0), "small"),
        (DARK, "dark"),
        (replace(GOOD, sharpness=0.001), "blurred"),
        (replace(GOOD, turn=0.95), "turned"),
        (SMALL_AND_DARK, "small"),
    ],
)
def test_a_face_that_cannot_be_read_says_why_instead_of_guessing(quality: Quality, reason: str) -> None:
    assert first_reading(HAPPY, quality).unsure == reason


@pytest.mark.parametrize("step_ms", [33, 125])
def test_a_change_shows_within_400_ms_and_nothing_else_between(step_ms: int) -> None:
    said = [shown(r) for r in watched(first_reading(HAPPY, GOOD), SURPRISED, GOOD, ms=1_500, step_ms=step_ms)]
    assert "surprise" in said[: 400 // step_ms]
    assert [b for a, b in pairwise(["happy", *said]) if a != b] == ["surprise"]


def test_a_face_that_loses_its_expression_becomes_unsure_after_a_while() -> None:
    readings = watched(first_reading(HAPPY, GOOD), OPEN, GOOD, ms=2_000)
    assert shown(readings[3]) == "happy"
    assert shown(readings[-1]) == "close"


def test_a_face_that_goes_dark_for_one_frame_is_still_named() -> None:
    reading = next_reading(first_reading(HAPPY, GOOD), HAPPY, DARK, T, 33_000_000)
    assert {shown(r) for r in [reading, *watched(reading, HAPPY, GOOD, ms=1_000)]} == {"happy"}


def test_a_face_that_goes_dark_says_so_and_one_that_is_lit_again_is_named_again() -> None:
    dark = watched(first_reading(HAPPY, GOOD), HAPPY, DARK, ms=1_500)[-1]
    assert dark.unsure == "dark"
    assert shown(watched(dark, HAPPY, GOOD, ms=1_000)[-1]) == "happy"


@pytest.mark.parametrize(
    "mean",
    [HAPPY, OPEN, scores(happy=SURE, sad=0.4), scores(sad=0.41, neutral=0.41), scores(angry=0.3, sad=0.3)],
    ids=["clear", "open", "at the threshold", "two alike", "two alike and unsure"],
)
@pytest.mark.parametrize("fps", [30, 8])
def test_a_still_face_with_camera_noise_changes_its_label_at_most_once_in_a_minute(
    mean: Seven, fps: int
) -> None:
    rng = np.random.default_rng(4)
    rows = np.clip(np.array(mean) + rng.normal(0, 0.05, (60 * fps, 7)), 0.001, 1)
    rows /= rows.sum(axis=1, keepdims=True)
    step = round(1e9 / fps)
    reading = first_reading(tuple(map(float, rows[0])), GOOD)
    said = [shown(reading)]
    for n, row in enumerate(rows[1:], 1):
        reading = next_reading(reading, tuple(map(float, row)), GOOD, T + n * step, step)
        said.append(shown(reading))
    assert sum(a != b for a, b in pairwise(said)) <= 1


def test_times_between_frames_may_be_irregular() -> None:
    even = watched(first_reading(HAPPY, GOOD), SURPRISED, GOOD, ms=300, step_ms=100)[-1]
    uneven = first_reading(HAPPY, GOOD)
    for at_ms, gap_ms in ((10, 10), (230, 220), (300, 70)):
        uneven = next_reading(uneven, SURPRISED, GOOD, T + at_ms * 1_000_000, gap_ms * 1_000_000)
    assert uneven.scores == pytest.approx(even.scores)


def test_a_head_that_turns_away_keeps_its_expression_until_it_is_back() -> None:
    away = watched(first_reading(HAPPY, GOOD), SURPRISED, replace(GOOD, turn=1.0), ms=1_500)
    assert away[-1].unsure == "turned"
    assert away[-1].scores == HAPPY
    back = watched(away[-1], HAPPY, GOOD, ms=500)
    assert {shown(reading) for reading in back} == {"turned", "happy"}
    assert shown(back[-1]) == "happy"
