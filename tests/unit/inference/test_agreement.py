import json
import logging
from dataclasses import replace

import pytest

from services.inference import agreement
from services.inference.agreement import MOST_TRIES, associate, stored_tracks
from services.inference.following import follow
from services.inference.observation import Observation, Seen
from services.inference.quality import Quality
from services.inference.tracks import Tracks, decode_tracks, encode_tracks
from shared.entities import Box, Face
from shared.logs import Seldom
from shared.streams import NewTracks, StoredTracks, Taken
from tests.fakes import FakeStreams

MS = 1_000_000
T = 1_700_000_000_000_000_000
LEFT, RIGHT = Box(40, 60, 80, 80), Box(400, 60, 80, 80)
HAPPY = (0.01, 0.01, 0.01, 0.9, 0.02, 0.02, 0.03)
GOOD = Quality(side=80, light=200, sharpness=1, turn=0)


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(agreement, "seldom", Seldom(logging.getLogger(agreement.__name__)))


def observation(ms: int, *boxes: Box, searched: bool = True) -> Observation:
    seen = tuple(Seen(box, HAPPY, GOOD) for box in boxes)
    return Observation(T + ms * MS, seen, searched, (640, 480))


def after(*observations: Observation) -> Tracks:
    tracks = Tracks()
    for one in observations:
        tracks, _ = follow(tracks, one)
    return tracks


def written(tracks: Tracks) -> NewTracks:
    return NewTracks(encode_tracks(tracks).encode(), [one.id for one in tracks.tracks], tracks.next_id)


def stored(tracks: Tracks, version: int = 1) -> StoredTracks:
    return StoredTracks(version, encode_tracks(tracks).encode(), tracks.next_id)


def streams_with(stored: StoredTracks) -> FakeStreams:
    streams = FakeStreams()
    streams.stored = stored
    return streams


def settled(
    streams: FakeStreams, observed: Observation, read: StoredTracks | None = None
) -> tuple[Face, ...]:
    read = read or streams.stored
    taken = Taken("1-0", {}, read)
    return associate(streams, taken, stored_tracks("cam1", read), observed)[1]


def test_the_tracks_after_a_frame_are_written_for_the_next_worker() -> None:
    streams = FakeStreams()
    faces = settled(streams, observation(0, LEFT))
    assert [face.track for face in faces] == [1]
    (new,) = streams.written
    assert (new.ids, new.next_id) == ([1], 2)
    assert decode_tracks(new.data.decode()).tracks[0].id == 1


def test_what_another_worker_wrote_meanwhile_is_not_written_over() -> None:
    read = stored(after(observation(0, LEFT), observation(33, LEFT)))
    streams = streams_with(read)
    others = after(observation(0, LEFT), observation(33, LEFT), observation(66, LEFT, RIGHT))
    streams.others = [written(others)]
    faces = settled(streams, observation(100, LEFT, RIGHT), read)
    assert [face.track for face in faces] == [1, 2]
    assert decode_tracks(streams.stored.data.decode()).next_id == 3


def test_a_frame_older_than_the_tracks_writes_nothing_and_has_their_ids() -> None:
    streams = streams_with(stored(after(observation(0, LEFT), observation(33, LEFT), observation(100, LEFT))))
    faces = settled(streams, observation(66, LEFT))
    assert [face.track for face in faces] == [1]
    assert streams.written == []


def test_a_frame_that_others_have_overtaken_while_it_was_read_writes_nothing() -> None:
    read = stored(after(observation(0, LEFT), observation(33, LEFT)))
    streams = streams_with(read)
    streams.others = [written(after(observation(0, LEFT), observation(33, LEFT), observation(100, LEFT)))]
    faces = settled(streams, observation(66, LEFT), read)
    assert [face.track for face in faces] == [1]
    assert streams.written == []


def test_that_still_nobody_is_there_is_not_written() -> None:
    streams = FakeStreams()
    assert settled(streams, observation(0, searched=False)) == ()
    assert streams.written == []


def test_that_the_frame_was_searched_is_written_so_that_the_next_one_need_not_be() -> None:
    streams = FakeStreams()
    settled(streams, observation(0, searched=True))
    assert decode_tracks(streams.written[0].data.decode()).searched == T


def test_a_whole_search_that_was_overtaken_is_written_and_nothing_else() -> None:
    before = after(observation(0, LEFT), observation(66, LEFT, searched=False))
    streams = streams_with(stored(before))
    taken = Taken("1-0", {}, streams.stored, {b"neutral:1": b"%d" % (T + 5_000 * MS)})
    _, faces = associate(streams, taken, before, observation(33, LEFT))
    assert [face.track for face in faces] == [1]
    assert decode_tracks(streams.stored.data.decode()) == replace(before, searched=T + 33 * MS)
    assert streams.done == [{}]


def test_where_the_clock_was_set_back_faces_are_followed_at_once() -> None:
    streams = streams_with(stored(after(observation(3_600_000, LEFT), observation(3_600_033, LEFT))))
    shown = [settled(streams, observation(n * 33, RIGHT)) for n in range(3)]
    assert [[face.track for face in faces] for faces in shown] == [[2]] * 3


def test_a_worker_that_froze_for_long_does_not_take_that_for_a_clock_set_back() -> None:
    read = stored(after(observation(0, LEFT), observation(33, LEFT)))
    others = stored(after(observation(0, LEFT), observation(60_000, LEFT), observation(60_033, LEFT)), 9)
    streams = streams_with(others)
    settled(streams, observation(66, LEFT), read)
    assert streams.stored == others


@pytest.mark.parametrize("box", [[5, 5, 0, 0], [1e308] * 4])
def test_tracks_that_no_camera_can_have_are_healed_by_the_next_frame(box: list[float]) -> None:
    good = after(observation(0, LEFT), observation(33, LEFT))
    data = json.loads(encode_tracks(good))
    data[3][0][1] = box
    streams = streams_with(StoredTracks(2, json.dumps(data).encode(), 2))
    shown = [settled(streams, observation(n * 33, LEFT)) for n in range(2, 5)]
    assert [[face.track for face in faces] for faces in shown] == [[2]] * 3


def test_where_the_tracks_expired_ids_go_on() -> None:
    faces = settled(streams_with(StoredTracks(0, b"", 42)), observation(0, LEFT))
    assert [face.track for face in faces] == [42]


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe", b"null", b"[1,2]"])
def test_tracks_that_cannot_be_decoded_are_named_and_ids_go_on(
    data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    streams = streams_with(StoredTracks(3, data, 42))
    faces = settled(streams, observation(0, LEFT))
    assert [face.track for face in faces] == [42]
    assert len(streams.written) == 1
    assert caplog.messages[0].startswith("camera cam1: the tracks cannot be decoded")
    assert caplog.messages[0].endswith("everybody gets a new id")


@pytest.mark.parametrize("written", [1, 2, 10**15 - 1, 10**18])
def test_the_next_id_is_the_brokers_whatever_stands_with_the_tracks(written: int) -> None:
    tracks = replace(after(observation(0, LEFT)), next_id=written)
    assert stored_tracks("cam1", replace(stored(tracks), next_id=42)).next_id == 42


def test_tracks_with_an_id_that_was_never_given_are_not_taken_for_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tracks = after(observation(0, LEFT))
    assert stored_tracks("cam1", replace(stored(tracks), next_id=1)) == Tracks()
    (line,) = caplog.messages
    assert "id 1 was never given" in line


def test_what_a_viewer_asked_for_is_done_with_the_newest_tracks_and_then_removed() -> None:
    read = stored(after(observation(0, LEFT)))
    streams = streams_with(read)
    streams.others = [written(after(observation(0, LEFT), observation(33, LEFT)))]
    commands = {b"neutral:1": b"%d" % (T + 5_000 * MS)}
    taken = Taken("1-0", {}, read, commands)
    _, faces = associate(streams, taken, stored_tracks("cam1", read), observation(66, LEFT))
    assert [face.neutral for face in faces] == ["learning"]
    assert streams.done == [commands]


def test_a_frame_of_a_run_of_capture_that_has_ended_hands_no_face_to_the_next_one() -> None:
    read = stored(after(observation(0, LEFT), observation(33, LEFT)))
    streams = streams_with(StoredTracks(0, b"", read.next_id))
    faces = settled(streams, observation(66, LEFT), read)
    assert [face.track for face in faces] == [None]
    assert streams.written == []


def test_what_is_no_command_that_it_knows_is_left_for_others() -> None:
    read = stored(after(observation(0, LEFT)))
    streams = streams_with(read)
    neutral = {b"neutral:1": b"%d" % (T + 5_000 * MS)}
    taken = Taken("1-0", {}, read, {**neutral, b"forget:1": b"1"})
    associate(streams, taken, stored_tracks("cam1", read), observation(66, LEFT))
    assert streams.done == [neutral]


def test_a_face_whose_id_could_not_be_written_has_none(caplog: pytest.LogCaptureFixture) -> None:
    known = after(observation(0, LEFT), observation(33, LEFT))
    streams = streams_with(stored(known))
    streams.others = [written(known)] * (MOST_TRIES + 1)
    faces = settled(streams, observation(66, LEFT, RIGHT))
    assert [face.track for face in faces] == [1]
    assert streams.written == []
    assert caplog.messages == ["camera cam1: the tracks changed at each try"]


def test_a_newcomer_whose_id_could_not_be_written_has_none() -> None:
    streams = FakeStreams()
    streams.others = [written(Tracks())] * (MOST_TRIES + 1)
    faces = settled(streams, observation(0, LEFT))
    assert [face.track for face in faces] == [None]
