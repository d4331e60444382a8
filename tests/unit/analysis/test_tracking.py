from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from services.analysis.frames import ReadFrame
from services.analysis.tracking import read_frames
from services.inference.following import KEEP_ONCE_S, KEEP_SLOW_S, follow
from services.inference.observation import Seen
from services.inference.observed import decode
from services.inference.quality import Quality
from services.inference.tracks import Tracks
from shared.recorded import RecordedResult
from tests.made_people import GOOD, SIZE, Person, ids_of, walking
from tests.made_recordings import SECOND, at_30, recorded, result, scores, seen

LEFT, RIGHT = seen(100), seen(400)


def tracks_of(frames: Sequence[ReadFrame]) -> list[list[int | None]]:
    return [[one.face.track for one in frame.faces] for frame in frames]


def read(*frames: Sequence[Seen] | str) -> list[ReadFrame]:
    return list(read_frames(at_30(*frames)))


def test_a_face_is_there_from_its_first_frame_on() -> None:
    assert tracks_of(read([], [], [LEFT], [LEFT], [LEFT])) == [[], [], [1], [1], [1]]


def test_a_face_that_is_missed_in_its_second_frame_is_still_there_from_the_first_on() -> None:
    assert tracks_of(read([], [LEFT], [], [], [LEFT], [LEFT])) == [[], [1], [], [], [1], [1]]


def test_what_is_seen_in_a_single_frame_is_refused_and_counted() -> None:
    frames = read([LEFT], [LEFT], [LEFT, RIGHT], *[[LEFT]] * 20)
    assert tracks_of(frames) == [[1]] * 23
    assert [frame.refused for frame in frames] == [0, 0, 1, *[0] * 20]


@pytest.mark.parametrize("place", [0, 9])
def test_a_single_sighting_in_the_first_or_the_last_frame_is_refused_too(place: int) -> None:
    frames: list[list[Seen]] = [[LEFT] for _ in range(10)]
    frames[place].append(RIGHT)
    assert tracks_of(read(*frames)) == [[1]] * 10


def test_a_video_of_one_frame_has_its_faces() -> None:
    assert tracks_of(read([LEFT, RIGHT])) == [[1, 2]]


def test_a_face_that_is_seen_once_is_kept_where_no_frame_is_near() -> None:
    far = int(1.1 * KEEP_ONCE_S * SECOND)
    shown: list[list[Seen]] = [[], [LEFT], [], [RIGHT], []]
    frames = read_frames(result(30 * n, far * n, *faces) for n, faces in enumerate(shown))
    assert tracks_of(list(frames)) == [[], [1], [], [2], []]


def test_numbers_count_on_though_some_faces_were_refused() -> None:
    middle = seen(250, 300)
    frames = read([LEFT], [LEFT, middle], *[[LEFT]] * 20, [LEFT, RIGHT], [LEFT, RIGHT])
    assert tracks_of(frames)[-1] == [1, 2]


def test_a_face_that_is_missed_keeps_its_number_and_has_no_row_meanwhile() -> None:
    assert tracks_of(read([LEFT], [LEFT], [], [], [LEFT])) == [[1], [1], [], [], [1]]


def test_a_head_that_turned_away_is_there_only_where_it_was_detected() -> None:
    away = Seen(LEFT.box, LEFT.scores, replace(GOOD, turn=1.0))
    shown = read(*[[LEFT]] * 5, *[[away]] * 25, [], [], [away])
    assert tracks_of(shown) == [[1]] * 30 + [[], [], [1]]
    assert shown[-1].faces[0].face.reason == "turned"


def test_a_frame_that_failed_says_nothing_and_ends_nothing() -> None:
    frames = read([LEFT], [LEFT], "failed", "undecodable", [LEFT])
    assert tracks_of(frames) == [[1], [1], [], [], [1]]
    assert [frame.failure for frame in frames] == ["", "", "failed", "undecodable", ""]


def test_a_result_that_cannot_be_read_is_a_frame_that_is_undecodable() -> None:
    broken = replace(result(1, SECOND // 30, LEFT), observation=b'{"v":99}')
    frames = list(read_frames([result(0, 0, LEFT), broken, result(2, SECOND // 15, LEFT)]))
    assert [frame.failure for frame in frames] == ["", "undecodable", ""]
    assert tracks_of(frames) == [[1], [], [1]]


def test_two_frames_of_one_time_are_both_there() -> None:
    frames = list(read_frames(result(index, 0, LEFT) for index in range(3)))
    assert tracks_of(frames) == [[1], [1], [1]]
    assert [frame.t for frame in frames] == [0, 0, 0]


def test_every_frame_comes_out_once_in_order_and_soon() -> None:
    rng = np.random.default_rng(3)
    waiting, most, came = 0, 0, []

    def taken() -> list[RecordedResult]:
        faces = (LEFT, RIGHT, seen(250, 300))
        return at_30(*([face for face in faces if rng.random() < 0.2] for _ in range(900)))

    results = taken()

    def counted() -> Iterator[RecordedResult]:
        nonlocal waiting, most
        for one in results:
            waiting += 1
            most = max(most, waiting)
            yield one

    for frame in read_frames(counted()):
        waiting -= 1
        came.append(frame.index)
    assert came == list(range(900))
    assert most <= 30 * KEEP_ONCE_S + 2


def test_frames_that_fail_for_long_do_not_pile_up_behind_a_face_in_doubt() -> None:
    results = [result(0, 0), result(1, 1, LEFT)]
    results += [result(2 + n, 2 + n * SECOND, failure="failed") for n in range(30)]
    handed = 0

    def counted() -> Iterator[RecordedResult]:
        nonlocal handed
        for one in results:
            handed += 1
            yield one

    frames = read_frames(counted())
    assert [next(frames).index, next(frames).index] == [0, 1]
    assert handed <= 2 + KEEP_SLOW_S + 2


def test_what_is_said_is_what_the_live_path_says() -> None:
    people = [walking(80, (60, 120), (100, 0)), walking(60, (580, 350), (-100, 0))]

    def mood(_: int, now: float) -> tuple[float, ...]:
        return scores("happy" if now < 2 else "sad", 0.8)

    results = list(recorded(people, seconds=4, mood=mood))
    tracks, live = Tracks(), []
    for one in results:
        observation = decode(one.observation)
        tracks, faces = follow(tracks, replace(observation, t=one.t + SECOND))
        live.append({face.track: face for face in faces})
    both = list(zip(read_frames(results), live, strict=True))
    assert all(one.face == there.get(one.face.track) for frame, there in both[2:] for one in frame.faces)
    assert {one.face.expression for frame, _ in both for one in frame.faces} >= {"happy", "sad"}


def test_people_keep_their_numbers_while_detectors_miss_them() -> None:
    people = [
        walking(90, (60, 130), (70, 0)),
        walking(60, (600, 340), (-80, 10)),
        Person(70, lambda s: (320 + 100 * np.sin(s), 240)),
    ]
    shown = []
    for frame in read_frames(recorded(people, seconds=6, missed=0.15)):
        assert frame.observation is not None
        assert len(frame.faces) + frame.refused == len(frame.observation.seen)
        shown.append((frame.t / SECOND, tuple(one.face for one in frame.faces)))
    assert [len(ids) for ids in ids_of(people, shown)] == [1, 1, 1]


def test_each_face_has_the_quality_of_its_own_picture() -> None:
    faces = [
        Seen(LEFT.box, LEFT.scores, Quality(80, 201, 1.5, 0.25)),
        Seen(RIGHT.box, RIGHT.scores, Quality(80, 99, 0.5, 0.0)),
    ]
    for frame in read(faces, faces[::-1], faces):
        lights = {one.face.box.x // 200: one.quality.light for one in frame.faces}
        assert lights == {0: 201, 2: 99}


def test_where_the_pictures_change_their_size_everybody_is_new() -> None:
    results = at_30([LEFT], [LEFT], [LEFT], [LEFT])
    other = [
        replace(one, observation=one.observation.replace(b"640,480", b"1280,720")) for one in results[2:]
    ]
    assert SIZE == (640, 480)
    assert tracks_of(list(read_frames([*results[:2], *other]))) == [[1], [1], [2], [2]]
