from dataclasses import replace

import pytest

from services.inference.association import match, overlap
from services.inference.tracks import Reading, Rest, Track
from shared.entities import Box

T = 1_700_000_000_000_000_000
FRAME = 33_366_667
READING = Reading((1 / 7,) * 7, ("happy", "sad"), "", 0, (0.0,) * 4)


def track(number: int, x: float, *, speed: float = 0.0, unseen_s: float = 0.0, side: float = 80.0) -> Track:
    seen = T - round(unseen_s * 1e9)
    return Track(number, (x, 100.0, side, side), (speed, 0.0), seen, T - 10**10, 30, READING, Rest())


def test_each_face_is_given_to_the_track_that_leads_to_it() -> None:
    tracks = [track(1, 100), track(2, 300)]
    assert match(tracks, [Box(305, 100, 80, 80), Box(98, 102, 80, 80)], T + FRAME) == [1, 0]


def test_a_face_far_from_all_tracks_is_nobodys() -> None:
    assert match([track(1, 100)], [Box(400, 100, 80, 80)], T + FRAME) == [None]


def test_a_face_of_another_size_is_nobodys() -> None:
    assert match([track(1, 100)], [Box(60, 60, 160, 160)], T + FRAME) == [None]


def test_of_two_at_one_place_the_one_that_moves_there_is_meant() -> None:
    tracks = [track(1, 100, speed=300.0, unseen_s=0.3), track(2, 280, speed=-300.0, unseen_s=0.3)]
    assert match(tracks, [Box(190, 100, 80, 80), Box(190 - 10, 100, 80, 80)], T) == [0, 1]


def test_of_two_that_could_be_meant_it_is_the_one_that_was_just_there() -> None:
    tracks = [track(1, 102, unseen_s=0.8), track(2, 98, unseen_s=0.033)]
    assert match(tracks, [Box(101, 100, 80, 80)], T) == [1]


def test_a_face_that_was_hidden_may_come_back_farther_away() -> None:
    box = [Box(190, 100, 80, 80)]
    assert match([track(1, 100, unseen_s=0.8)], box, T) == [0]
    assert match([track(1, 100)], box, T + FRAME) == [None]


def test_a_face_is_found_again_in_a_frame_older_than_its_track() -> None:
    assert match([replace(track(1, 100, speed=300.0), seen=T)], [Box(70, 100, 80, 80)], T - 3 * FRAME) == [0]


def test_without_tracks_or_faces_there_is_nothing_to_match() -> None:
    assert match([], [Box(0, 0, 10, 10)], T) == [None]
    assert match([track(1, 0)], [], T) == []


@pytest.mark.parametrize(
    ("other", "share"),
    [(Box(0, 0, 10, 10), 1.0), (Box(5, 0, 10, 10), 1 / 3), (Box(10, 0, 10, 10), 0.0), (Box(50, 50, 9, 9), 0)],
)
def test_overlap_is_the_shared_part_of_the_union(other: Box, share: float) -> None:
    assert overlap(Box(0, 0, 10, 10), other) == pytest.approx(share)
