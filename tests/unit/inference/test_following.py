from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from services.inference.following import KEEP_ONCE_S, KEEP_S, KEEP_SLOW_S, follow, lost_places
from services.inference.observation import Observation, Seen
from services.inference.tracks import FloatBox, Tracks, decode_tracks, encode_tracks
from shared.entities import Box, Face
from shared.streams import LARGEST_ID
from tests.made_people import GOOD, HAPPY, SIZE, ns

LEFT, RIGHT = Box(100, 100, 80, 80), Box(400, 120, 60, 60)
SAD = (0.02, 0.02, 0.02, 0.02, 0.88, 0.02, 0.02)
STEP_S = 1 / 30


def seen(seconds: float, *boxes: Box, searched: bool = False) -> Observation:
    return Observation(ns(seconds), tuple(Seen(box, HAPPY, GOOD) for box in boxes), searched, SIZE)


def after(*observations: Observation) -> tuple[Tracks, tuple[Face, ...]]:
    tracks = Tracks()
    faces: tuple[Face, ...] = ()
    for observation in observations:
        tracks, faces = follow(tracks, observation)
    return tracks, faces


def ids(faces: tuple[Face, ...]) -> list[int | None]:
    return [face.track for face in faces]


def covers(place: FloatBox, box: Box) -> bool:
    """Return whether all of a box lies within a place."""
    right, bottom = place[0] + place[2], place[1] + place[3]
    return place[0] <= box.x and place[1] <= box.y and right >= box.x + box.w and bottom >= box.y + box.h


@pytest.fixture
def two() -> Tracks:
    """Two faces that were seen in a few frames, last after one second."""
    return after(*[seen(n * STEP_S, LEFT, RIGHT) for n in range(31)])[0]


def test_the_faces_of_the_first_frame_are_shown_at_once() -> None:
    _, faces = after(seen(0, LEFT, RIGHT))
    assert [(face.track, face.box) for face in faces] == [(1, LEFT), (2, RIGHT)]
    assert {face.expression for face in faces} == {"happy"}


def test_a_newcomer_is_shown_when_it_is_seen_again() -> None:
    tracks, faces = after(seen(0, LEFT), seen(STEP_S, LEFT, RIGHT))
    assert ids(faces) == [1]
    _, faces = follow(tracks, seen(2 * STEP_S, LEFT, RIGHT))
    assert ids(faces) == [1, 2]


def test_the_largest_face_comes_first() -> None:
    _, faces = after(*[seen(n * STEP_S, RIGHT, LEFT) for n in range(3)])
    assert [face.box.w for face in faces] == [80, 60]


def test_a_face_has_its_smoothed_scores(two: Tracks) -> None:
    _, faces = follow(two, seen(1 + STEP_S, LEFT))
    assert sum(faces[0].scores.values()) == pytest.approx(1)
    assert faces[0].confidence == faces[0].scores["happy"] == pytest.approx(0.88)
    assert (faces[0].reason, faces[0].candidates) == (None, ())


def test_an_unsure_face_has_its_two_candidates_and_the_highest_score() -> None:
    half = (0.0, 0.0, 0.0, 0.45, 0.4, 0.15, 0.0)
    _, (face,) = follow(Tracks(), Observation(ns(0), (Seen(LEFT, half, GOOD),), True, SIZE))
    assert (face.expression, face.reason, face.candidates) == ("unsure", "close", ("happy", "sad"))
    assert face.confidence == pytest.approx(0.45)


def test_an_observation_says_from_which_score_an_expression_is_named() -> None:
    sure, less = (
        Observation(ns(0), (Seen(LEFT, HAPPY, GOOD),), True, SIZE, sure=least) for least in (0.1, 0.99)
    )
    for observation, reason in ((sure, None), (less, "close")):
        tracks, (face,) = follow(Tracks(), observation)
        assert face.reason == reason
        later = replace(observation, t=ns(STEP_S))
        assert follow(tracks, later)[1][0].reason == reason


def test_a_face_that_cannot_be_read_has_no_candidates() -> None:
    dark = Seen(LEFT, HAPPY, replace(GOOD, light=10.0))
    _, (face,) = follow(Tracks(), Observation(ns(0), (dark,), True, SIZE))
    assert (face.expression, face.reason, face.candidates) == ("unsure", "dark", ())


def test_a_face_that_is_missed_for_a_while_keeps_its_id(two: Tracks) -> None:
    tracks = two
    for n in range(1, 30):
        tracks, faces = follow(tracks, seen(1 + n * STEP_S, LEFT))
        assert ids(faces) == [1]
    _, faces = follow(tracks, seen(2, LEFT, RIGHT))
    assert ids(faces) == [1, 2]


def test_a_face_that_stays_away_is_forgotten_and_its_id_is_never_given_again(two: Tracks) -> None:
    tracks, _ = follow(two, seen(2, LEFT))
    assert [track.id for track in tracks.tracks] == [1, 2]
    tracks, _ = follow(tracks, seen(1 + KEEP_S + STEP_S, LEFT))
    assert [track.id for track in tracks.tracks] == [1]
    tracks, _ = follow(tracks, seen(1 + KEEP_S + 2 * STEP_S, LEFT, RIGHT))
    assert [track.id for track in tracks.tracks] == [1, 3]
    assert tracks.next_id == 4


def test_a_detection_that_never_comes_again_is_forgotten_soon() -> None:
    once = (seen(0, LEFT), seen(STEP_S, LEFT, RIGHT), seen(2 * STEP_S, LEFT))
    assert [track.id for track in after(*once)[0].tracks] == [1, 2]
    tracks, _ = after(*once, seen(STEP_S + KEEP_ONCE_S + 0.01, LEFT))
    assert [track.id for track in tracks.tracks] == [1]


def test_a_slow_cameras_newcomer_is_shown_in_its_second_frame() -> None:
    _, faces = after(seen(0, LEFT), seen(2, LEFT, RIGHT), seen(4, LEFT, RIGHT))
    assert ids(faces) == [1, 2]


def test_an_older_frame_has_its_faces_and_changes_nothing(two: Tracks) -> None:
    moved = replace(seen(1 - STEP_S, LEFT), seen=(Seen(Box(98, 100, 80, 80), SAD, GOOD),))
    tracks, faces = follow(two, moved)
    assert tracks is two
    assert [(face.track, face.expression, face.box) for face in faces] == [(1, "happy", Box(98, 100, 80, 80))]


def test_an_older_frames_stranger_is_not_shown(two: Tracks) -> None:
    assert follow(two, seen(1 - STEP_S, Box(300, 300, 80, 80)))[1] == ()


def test_the_time_of_the_newest_whole_search_is_kept() -> None:
    tracks, _ = after(seen(0, LEFT, searched=True), seen(1, LEFT))
    assert (tracks.t, tracks.searched) == (ns(1), ns(0))


def test_a_frame_without_faces_moves_the_time_on(two: Tracks) -> None:
    tracks, faces = follow(two, seen(1.1))
    assert faces == ()
    assert (tracks.t, tracks.tracks) == (ns(1.1), two.tracks)


def test_a_picture_that_stands_alone_has_no_time() -> None:
    _, faces = follow(Tracks(), replace(seen(0, LEFT), t=0))
    assert ids(faces) == [1]


def test_a_face_is_cut_at_the_frames_edge() -> None:
    _, (face,) = follow(Tracks(), seen(0, Box(-20, 440, 80, 80)))
    assert face.box == Box(0, 440, 60, 40)


def test_a_resting_face_is_learned_and_then_corrected(two: Tracks) -> None:
    rest = (0.04, 0.01, 0.05, 0.02, 0.6, 0.02, 0.26)
    until = ns(6)
    tracks, said = two, []
    for n in range(1, 300):
        observation = Observation(ns(1 + n * STEP_S), (Seen(LEFT, rest, GOOD),), False, SIZE)
        tracks, (face,) = follow(tracks, observation, {1: until})
        said.append((face.expression, face.neutral))
    assert said[100] == ("sad", "learning")
    assert said[-1] == ("neutral", "own")


def test_a_command_for_a_face_that_left_is_nobodys(two: Tracks) -> None:
    _, faces = follow(two, seen(1 + STEP_S, LEFT, RIGHT), {77: ns(6)})
    assert [face.neutral for face in faces] == [None, None]


def test_the_place_of_a_face_that_was_missed_is_told_where_it_is_expected(two: Tracks) -> None:
    tracks, _ = follow(two, seen(1.1, LEFT))
    (place,) = lost_places(tracks, ns(1.1))
    assert place == pytest.approx(tuple(RIGHT), abs=7)
    assert covers(place, RIGHT)


def test_the_place_of_a_face_that_is_not_shown_yet_is_told() -> None:
    tracks, _ = after(seen(0, LEFT), seen(STEP_S, LEFT, RIGHT))
    assert lost_places(tracks, ns(STEP_S)) == (tuple(map(float, RIGHT)),)


def test_in_an_older_frame_all_places_are_told(two: Tracks) -> None:
    assert len(lost_places(two, ns(1 - STEP_S))) == 2


@pytest.mark.parametrize("speed", [-300, 100, 200, 300])
@pytest.mark.parametrize("missed_s", [0.1, 0.3, 0.5, 1.0, 2.0])
def test_the_place_of_a_face_that_stopped_and_turned_away_is_told(speed: int, missed_s: float) -> None:
    walk = [Box(310 + round(speed * n * STEP_S), 100, 80, 80) for n in range(-15, 1)]
    tracks, _ = after(*[seen(1 + n * STEP_S, box) for n, box in enumerate(walk)])
    t = 1 + 15 * STEP_S + missed_s
    tracks, _ = follow(tracks, seen(t, searched=True))
    (place,) = lost_places(tracks, ns(t))
    assert covers(place, walk[-1])


def test_the_place_of_a_face_detected_once_is_told_for_longer_where_it_must_not_be_shown() -> None:
    for keep_once_s, places in ((KEEP_ONCE_S, 0), (KEEP_S, 1)):
        tracks, _ = after(seen(0, LEFT), seen(STEP_S, LEFT, RIGHT))
        for n in range(2, 60):
            tracks, _ = follow(tracks, seen(n * STEP_S, LEFT), keep_once_s=keep_once_s)
        assert len(lost_places(tracks, ns(59 * STEP_S))) == places


def test_what_is_detected_twice_but_not_soon_is_not_shown() -> None:
    tracks, _ = after(seen(0, LEFT), seen(0.1, LEFT, RIGHT), seen(0.2, LEFT))
    tracks, faces = follow(tracks, seen(2, LEFT, RIGHT), keep_once_s=KEEP_S)
    assert ids(faces) == [1]
    _, faces = follow(tracks, seen(2 + STEP_S, LEFT, RIGHT), keep_once_s=KEEP_S)
    assert ids(faces) == [1, 2]


def still(times: Sequence[float], seed: int) -> list[list[int | None]]:
    """Return the ids shown in each frame of a face that stands still, detected with noise."""
    noise = np.random.default_rng(seed).normal(0, 2, (len(times), 2))
    tracks, shown = Tracks(), []
    for seconds, (x, y) in zip(times, noise, strict=True):
        tracks, faces = follow(tracks, seen(seconds, Box(round(300 + x), round(200 + y), 80, 80)))
        shown.append(ids(faces))
    return shown


@pytest.mark.parametrize("apart_s", [0.0005, 0.001, 0.002, 0.005])
@pytest.mark.parametrize("every_s", [0.067, 0.2])
@pytest.mark.parametrize("seed", range(2))
def test_a_still_face_in_frames_that_come_in_pairs_keeps_its_id(
    apart_s: float, every_s: float, seed: int
) -> None:
    times = [n // 2 * every_s + n % 2 * apart_s for n in range(300)]
    assert still(times, seed) == [[1]] * 300


@pytest.mark.parametrize("seed", range(5))
def test_a_still_face_in_frames_that_come_at_random_keeps_its_id(seed: int) -> None:
    times = np.cumsum(np.random.default_rng(seed).exponential(1 / 30, 300)).tolist()
    assert still(times, seed) == [[1]] * 300


@pytest.mark.parametrize("gap_s", [1, 2.5, 3.5, 4.5, KEEP_SLOW_S])
def test_a_camera_with_seconds_between_its_frames_shows_a_face_in_each(gap_s: float) -> None:
    tracks = Tracks()
    for n in range(5):
        tracks, faces = follow(tracks, seen(n * gap_s, LEFT))
        assert ids(faces) == [1]


def test_after_a_long_gap_a_newcomer_is_shown_at_once() -> None:
    assert ids(after(seen(0, LEFT), seen(KEEP_S + 1, LEFT, RIGHT))[1]) == [1, 2]


def test_where_frames_have_another_size_all_begin_anew_and_ids_go_on(two: Tracks) -> None:
    tracks, faces = follow(two, replace(seen(1 + STEP_S, LEFT), size=(320, 240)))
    assert ids(faces) == [3]
    assert ([track.id for track in tracks.tracks], tracks.size) == ([3], (320, 240))


def test_an_older_frame_of_another_size_has_no_faces_and_changes_nothing(two: Tracks) -> None:
    assert follow(two, replace(seen(1 - STEP_S, LEFT), size=(320, 240))) == (two, ())


def test_a_whole_search_that_was_overtaken_counts_as_one() -> None:
    tracks, _ = after(seen(0, LEFT, searched=True), seen(1, LEFT), seen(1.1, LEFT))
    overtaken, _ = follow(tracks, seen(1.05, LEFT, searched=True))
    assert overtaken == replace(tracks, searched=ns(1.05))
    assert follow(overtaken, seen(1.02, LEFT, searched=True))[0] == overtaken


def test_one_that_found_a_stranger_does_not_so_that_the_next_one_finds_them_too(two: Tracks) -> None:
    assert follow(two, seen(1 - STEP_S, LEFT, Box(300, 300, 80, 80), searched=True))[0] is two


def test_behind_the_largest_id_that_can_be_written_comes_the_first() -> None:
    tracks, faces = follow(Tracks(next_id=LARGEST_ID), seen(0, LEFT, RIGHT))
    assert (ids(faces), tracks.next_id) == ([LARGEST_ID, 1], 2)
    assert decode_tracks(encode_tracks(tracks)) == tracks


def unread(seconds: float, *boxes: Box) -> Observation:
    return Observation(ns(seconds), (), False, SIZE, unread=boxes)


def test_a_face_that_is_found_and_not_read_keeps_its_id_and_what_is_said_of_it(two: Tracks) -> None:
    there = Box(110, 100, 80, 80)
    tracks, faces = follow(two, unread(1 + STEP_S, there, RIGHT))
    assert [(face.track, face.expression, face.scores) for face in faces] == [
        (1, "happy", faces[0].scores),
        (2, "happy", faces[1].scores),
    ]
    assert 100 < faces[0].box.x <= 110
    assert [track.reading for track in tracks.tracks] == [track.reading for track in two.tracks]
    assert [track.seen for track in tracks.tracks] == [ns(1 + STEP_S)] * 2


def test_what_is_read_next_counts_for_all_the_time_since_the_last_reading(two: Tracks) -> None:
    sad = Observation(ns(1 + 3 * STEP_S), (Seen(LEFT, SAD, GOOD),), False, SIZE)
    between, _ = follow(two, unread(1 + STEP_S, LEFT))
    between, _ = follow(between, unread(1 + 2 * STEP_S, LEFT))
    assert between.tracks[0].read == two.tracks[0].seen
    later, _ = follow(between, sad)
    at_once, _ = follow(two, sad)
    assert later.tracks[0].scores == pytest.approx(at_once.tracks[0].scores)
    assert later.tracks[0].read == later.tracks[0].seen == ns(1 + 3 * STEP_S)


def test_one_that_is_not_read_and_is_nobodys_is_not_followed(two: Tracks) -> None:
    tracks, faces = follow(two, unread(1 + STEP_S, Box(300, 300, 50, 50)))
    assert len(tracks.tracks) == 2
    assert faces == ()


def test_one_that_is_not_read_in_a_frame_that_was_overtaken_has_its_id_and_label(two: Tracks) -> None:
    tracks, faces = follow(two, unread(1 - STEP_S / 2, LEFT))
    assert tracks == two
    assert [(face.track, face.expression, face.box) for face in faces] == [(1, "happy", LEFT)]


def cropped(seconds: float, **crops: Box) -> Observation:
    """Return what a frame shows of which the model saw crops of these names."""
    faces = tuple(Seen(box, HAPPY, GOOD, name.encode()) for name, box in crops.items())
    return Observation(ns(seconds), faces, False, SIZE)


def test_each_face_has_its_own_crop_of_this_very_frame(two: Tracks) -> None:
    after, faces = follow(two, cropped(1 + STEP_S, right=RIGHT, left=LEFT))
    assert {face.track: face.crop for face in faces} == {1: b"left", 2: b"right"}
    _, faces = follow(after, cropped(1 + 2 * STEP_S, again=LEFT))
    assert {face.track: face.crop for face in faces} == {1: b"again"}


def test_a_newcomer_has_its_own_crop_beside_one_who_was_there() -> None:
    tracks, _ = follow(Tracks(), cropped(0, left=LEFT))
    tracks, _ = follow(tracks, cropped(STEP_S, new=RIGHT, left=LEFT))
    _, faces = follow(tracks, cropped(2 * STEP_S, newer=RIGHT, left=LEFT))
    assert {face.track: face.crop for face in faces} == {1: b"left", 2: b"newer"}


def test_the_faces_of_a_first_frame_have_their_crops() -> None:
    _, faces = follow(Tracks(), cropped(0, left=LEFT, right=RIGHT))
    assert [(face.box, face.crop) for face in faces] == [(LEFT, b"left"), (RIGHT, b"right")]


def test_a_face_of_a_frame_that_was_overtaken_has_the_crop_of_that_frame(two: Tracks) -> None:
    _, faces = follow(two, cropped(1 - STEP_S / 2, right=RIGHT))
    assert [(face.track, face.crop) for face in faces] == [(2, b"right")]


def test_a_face_that_was_found_and_not_read_has_no_crop(two: Tracks) -> None:
    _, faces = follow(two, unread(1 + STEP_S, LEFT))
    assert [(face.track, face.crop) for face in faces] == [(1, None)]


def test_tracks_hold_no_crop() -> None:
    tracks, _ = follow(Tracks(), cropped(0, a_picture_of_somebody=LEFT))
    assert "somebody" not in encode_tracks(tracks)
