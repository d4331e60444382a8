import json
from dataclasses import replace

import pytest

from services.inference.tracks import Reading, Rest, Track, Tracks, decode_tracks, encode_tracks
from shared.errors import EntryError
from shared.streams import LARGEST_ID

T = 1_700_000_001_000_000_000
READING = Reading(
    scores=(0.1, 0.05, 0.05, 0.5, 0.1, 0.1, 0.1),
    candidates=("happy", "sad"),
    unsure="",
    doubt=T,
    faults=(0.0, 0.25, 0.0, 1.0),
)
REST = Rest(T, (-1.5,) * 7, 12)
TRACK = Track(7, (1.5, 2.25, 80.0, 82.0), (-12.5, 3.0), T, T - 5, 31, READING, REST, T - 9, T - 3)
TRACKS = Tracks(T, T - 1, 8, (TRACK, replace(TRACK, id=3)), (640, 480))


def spoilt(path: list[int], value: object) -> str:
    data = json.loads(encode_tracks(TRACKS))
    part = data
    for index in path[:-1]:
        part = part[index]
    part[path[-1]] = value
    return json.dumps(data)


def test_tracks_come_back_as_they_were() -> None:
    assert decode_tracks(encode_tracks(TRACKS)) == TRACKS


def test_no_text_holds_no_tracks() -> None:
    assert decode_tracks(None) == Tracks()
    assert decode_tracks(encode_tracks(Tracks())) == Tracks()


def test_a_face_is_a_few_hundred_bytes() -> None:
    assert len(encode_tracks(replace(TRACKS, tracks=(TRACK,)))) < 400


def test_numbers_are_rounded_so_that_the_scores_still_sum_to_one() -> None:
    thirds = replace(TRACK, reading=replace(READING, scores=(1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0)))
    (track,) = decode_tracks(encode_tracks(replace(TRACKS, tracks=(thirds,)))).tracks
    assert sum(track.scores) == pytest.approx(1, abs=1e-4)


def test_a_track_shows_its_first_candidate_unless_it_is_unsure() -> None:
    assert TRACK.label == "happy"
    assert replace(TRACK, reading=replace(READING, unsure="dark")).label == "unsure"


@pytest.mark.parametrize("text", ["", "no JSON", "null", "{}", "[]", "[1,2,3]", "[1,2,3,4,5]", "[" * 100_000])
def test_what_holds_no_tracks_is_an_error(text: str) -> None:
    with pytest.raises(EntryError, match="the tracks cannot be decoded"):
        decode_tracks(text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ([0], -1),
        ([0], 1.5),
        ([0], True),
        ([1], 2**63),
        ([3, 0], []),
        ([3, 0, 0], "7"),
        ([3, 0, 1], [1, 2, 3]),
        ([3, 0, 1, 0], None),
        ([3, 0, 1, 0], float("nan")),
        ([3, 0, 6, 0], [1.0] * 6),
        ([3, 0, 6, 1, 0], "glad"),
        ([3, 0, 6, 1, 0], ["happy"]),
        ([3, 0, 6, 2], "bored"),
        ([3, 0, 7], {}),
    ],
)
def test_tracks_with_a_wrong_value_are_an_error_in_one_line(path: list[int], value: object) -> None:
    with pytest.raises(EntryError) as caught:
        decode_tracks(spoilt(path, value))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 140


def test_numbers_that_are_not_finite_are_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode_tracks(replace(TRACKS, tracks=(replace(TRACK, velocity=(float("inf"), 0.0)),)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ([2], 0),
        ([2], LARGEST_ID + 1),
        ([3, 0, 0], LARGEST_ID + 1),
        ([3, 0, 1], [5, 5, 0, 0]),
        ([3, 0, 1], [100, 100, -5, 5]),
        ([3, 0, 1], [0, 0, 1e-300, 1e-300]),
        ([3, 0, 1], [0, 0, 1e308, 1e308]),
        ([3, 0, 1, 0], 1e308),
        ([3, 0, 2], [1e308, 1e308]),
        ([3, 0, 3], T + 1),
        ([3, 0, 4], T + 1),
        ([3, 0, 8], T + 1),
        ([3, 0, 6, 3], T + 1),
        ([3, 0, 6, 0, 3], 1.5),
        ([3, 0, 6, 0, 3], -0.5),
        ([3, 0, 6, 4, 1], 2),
        ([3, 0, 7, 1, 0], -1e308),
        ([3, 1, 0], 7),
        ([1], T + 1),
        ([4], [640]),
        ([4, 0], -1),
        ([4, 0], 1e308),
    ],
)
def test_tracks_that_no_camera_can_have_are_an_error(path: list[int], value: object) -> None:
    with pytest.raises(EntryError, match="the tracks cannot be decoded"):
        decode_tracks(spoilt(path, value))


def test_the_largest_that_a_camera_can_have_are_none() -> None:
    far = replace(TRACK, id=LARGEST_ID - 1, box=(65_000.0, -300.0, 65_535.0, 1.0), velocity=(393_000.0, 0.0))
    tracks = Tracks(2**62, 2**62, LARGEST_ID, (far,), (65_535, 65_535))
    assert decode_tracks(encode_tracks(tracks)) == tracks
