from dataclasses import replace

import pytest

from services.inference.policy import EVERY_FRAME, MS, Policy
from services.inference.tracks import Reading, Rest, Track, Tracks

T = 1_700_000_000_000_000_000
READING = Reading((1 / 7,) * 7, ("sad", "fear"), "", 0, (0.0,) * 4)
TRACK = Track(1, (0.0, 0.0, 9.0, 9.0), (0.0, 0.0), T, T, 5, READING, Rest())
SOMEBODY = Tracks(T, T, 2, (TRACK,))
NOBODY = Tracks(T, T, 2)
POLICY = Policy()


def test_a_scene_that_nobody_looked_at_is_searched_whole() -> None:
    assert POLICY.search_first(Tracks(), T)
    assert POLICY.search_first(Tracks(), 0)


@pytest.mark.parametrize(("tracks", "every"), [(SOMEBODY, POLICY.whole_every), (NOBODY, POLICY.alone_every)])
def test_a_frame_is_searched_whole_when_the_time_has_passed(tracks: Tracks, every: int) -> None:
    assert not POLICY.search_first(tracks, T + every - 1)
    assert POLICY.search_first(tracks, T + every)


@pytest.mark.parametrize(
    ("tracks", "every"), [(SOMEBODY, POLICY.glance_every), (NOBODY, POLICY.glance_alone_every)]
)
def test_the_first_frame_in_each_part_of_the_time_is_glanced_at(tracks: Tracks, every: int) -> None:
    start = T - T % every
    before = replace(tracks, t=start - 1)
    assert POLICY.glance(before, start)
    assert not POLICY.glance(replace(tracks, t=start), start + every - 1)
    assert POLICY.glance(replace(tracks, t=start), start + every)


def test_a_missed_face_is_looked_for_everywhere_but_not_in_each_frame() -> None:
    assert POLICY.search_after_all(SOMEBODY, [TRACK], T + POLICY.missed_every)
    assert not POLICY.search_after_all(SOMEBODY, [TRACK], T + POLICY.missed_every - 1)


def test_one_that_stays_away_is_not() -> None:
    assert not POLICY.search_after_all(SOMEBODY, [TRACK], T + POLICY.missed_for + MS)


def test_one_that_was_detected_once_is_not() -> None:
    once = replace(TRACK, sightings=POLICY.missed_after - 1)
    assert not POLICY.search_after_all(SOMEBODY, [once], T + POLICY.missed_every)
    assert POLICY.search_after_all(SOMEBODY, [once, TRACK], T + POLICY.missed_every)


def test_where_none_is_missed_nothing_is_looked_for_everywhere() -> None:
    assert not POLICY.search_after_all(SOMEBODY, [], T + POLICY.whole_every)


def test_every_frame_can_be_searched_whole() -> None:
    assert EVERY_FRAME.search_first(SOMEBODY, T)


def test_a_head_that_turned_away_is_looked_for_for_a_while_and_where_a_face_is_known_to_have_been() -> None:
    assert POLICY.search_turned(TRACK, T + POLICY.turned_for)
    assert not POLICY.search_turned(TRACK, T + POLICY.turned_for + MS)
    assert not POLICY.search_turned(replace(TRACK, sightings=POLICY.turned_after - 1), T)


def test_its_time_counts_from_when_it_turned_away() -> None:
    away = replace(TRACK, turned=T - 2000 * MS)
    assert POLICY.search_turned(away, T + POLICY.turned_for - 2000 * MS)
    assert not POLICY.search_turned(away, T + POLICY.turned_for - 1999 * MS)


def test_a_head_turned_away_is_soon_not_looked_for_everywhere() -> None:
    away = replace(TRACK, turned=T - POLICY.missed_for)
    assert POLICY.search_after_all(SOMEBODY, [replace(away, turned=T)], T + POLICY.missed_every)
    assert not POLICY.search_after_all(SOMEBODY, [away], T + POLICY.missed_every)


def test_among_many_cameras_newcomers_are_looked_for_less_often_and_the_known_as_often() -> None:
    many = POLICY.among(12)
    assert many.alone_every == 4 * POLICY.alone_every
    assert many.glance_every == 4 * POLICY.glance_every
    assert (many.whole_every, many.missed_every) == (POLICY.whole_every, POLICY.missed_every)
    assert POLICY.among(3) == POLICY


def test_every_frame_is_searched_whole_among_many_cameras_too() -> None:
    assert EVERY_FRAME.among(12).search_first(SOMEBODY, T)
