"""The faces being followed, between workers, in real brokers: nothing is written over, no id comes twice."""

import time
from dataclasses import replace
from threading import Thread

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.commands import LEARN_FOR_S, Commands, decode_commands
from shared.counters import read_account
from shared.streams import LARGEST_ID, CameraStreams, Limits, NewTracks, StoredTracks, Taken
from tests import made
from tests.brokers import connected

SHORT = replace(Limits(), tracks_ms=60)


@pytest.fixture
def streams(broker: Broker) -> CameraStreams:
    return CameraStreams(broker, "cam1")


def take(streams: CameraStreams, clock: BrokerClock, seq: int = 1) -> Taken:
    streams.publish(made.frame(seq, clock.now()), run="run")
    taken = streams.take("w1")
    assert taken is not None
    return taken


def new(data: bytes, *ids: int, next_id: int = 9) -> NewTracks:
    return NewTracks(data, ids, next_id)


def test_a_camera_whose_faces_nobody_has_followed_begins_with_the_first_id(
    streams: CameraStreams, clock: BrokerClock
) -> None:
    assert take(streams, clock).stored == StoredTracks(0, b"", 1)


def test_a_frame_comes_with_the_tracks_that_were_written_last(
    streams: CameraStreams, clock: BrokerClock
) -> None:
    assert streams.follow(0, new(b"\x00tracks\xff", 7, 8)) is None
    assert take(streams, clock).stored == StoredTracks(1, b"\x00tracks\xff", 9)


def test_tracks_that_another_worker_wrote_meanwhile_are_returned_and_kept(
    streams: CameraStreams, clock: BrokerClock
) -> None:
    streams.follow(0, new(b"first", 1))
    read = take(streams, clock).stored.version
    streams.follow(read, new(b"another's", 1, 2))
    newest = streams.follow(read, new(b"mine", 1, 3))
    assert newest == StoredTracks(2, b"another's", 9)
    assert streams.follow(newest.version, new(b"mine, again")) is None
    assert take(streams, clock, seq=2).stored.data == b"mine, again"


def test_tracks_are_gone_when_nobody_wrote_them_for_a_while_and_no_id_begins_again(
    broker: Broker, clock: BrokerClock
) -> None:
    streams = CameraStreams(broker, "cam1", limits=SHORT)
    streams.follow(0, new(b"tracks", 41, next_id=42))
    time.sleep(0.1)
    assert broker.redis.exists(streams.keys.tracks) == 0
    assert take(streams, clock).stored == StoredTracks(0, b"", 42)


def test_who_read_the_tracks_before_they_expired_writes_nothing(broker: Broker) -> None:
    streams = CameraStreams(broker, "cam1", limits=SHORT)
    streams.follow(0, new(b"old"))
    time.sleep(0.1)
    assert streams.follow(1, new(b"late")) == StoredTracks(0, b"", 9)
    streams.follow(0, new(b"young"))
    assert streams.follow(1, new(b"late")) == StoredTracks(2, b"young", 9)


def test_tracks_live_for_five_seconds(streams: CameraStreams, broker: Broker) -> None:
    streams.follow(0, new(b"tracks"))
    assert 4_000 < broker.redis.pttl(streams.keys.tracks) <= 5_000


def test_with_another_run_of_capture_nobody_is_followed_and_nothing_is_asked_for_any_longer(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    take(streams, clock)
    streams.follow(0, new(b"tracks with a learned resting face", 7, next_id=8))
    Commands(broker, clock).learn_neutral("cam1", 7)
    streams.publish(made.frame(1, clock.now()), run="another run")
    taken = streams.take("w1")
    assert taken is not None
    assert (taken.stored, taken.commands) == (StoredTracks(0, b"", 8), {})
    assert streams.follow(1, new(b"from a frame of the run before", 7)) == StoredTracks(0, b"", 8)


def test_the_largest_id_is_kept_exactly(streams: CameraStreams, clock: BrokerClock) -> None:
    streams.follow(0, new(b"tracks", LARGEST_ID - 1, next_id=LARGEST_ID))
    assert take(streams, clock).stored.next_id == LARGEST_ID


def test_following_does_not_touch_the_account(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    taken = take(streams, clock)
    streams.follow(0, new(b"tracks", 1))
    streams.follow(0, new(b"late", 1))
    streams.finish(taken.id, made.result(taken.id, 1, clock.now()))
    account = read_account(broker, "cam1")
    assert (account.published, account.pending, account.difference) == (1, 0, 0)


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "9" * 30, "003", "00", "1000000000000000"])
def test_tracks_whose_version_is_no_number_are_as_good_as_none(
    streams: CameraStreams, clock: BrokerClock, broker: Broker, version: str
) -> None:
    broker.redis.hset(streams.keys.tracks, mapping={"version": version, "data": "x"})
    assert take(streams, clock).stored == StoredTracks(0, b"", 1)
    assert streams.follow(0, new(b"good")) is None
    assert take(streams, clock, seq=2).stored.data == b"good"


@pytest.mark.parametrize("spoilt", ["tracks", "commands"])
def test_a_frame_is_taken_whatever_is_wrong_with_the_tracks_and_commands(
    streams: CameraStreams, clock: BrokerClock, broker: Broker, spoilt: str
) -> None:
    broker.redis.set(getattr(streams.keys, spoilt), "no hash")
    taken = take(streams, clock)
    assert (taken.stored, taken.commands) == (StoredTracks(), {})
    assert streams.follow(0, new(b"good")) is None


def test_three_workers_at_once_lose_nothing_and_give_no_id_twice(server: str, broker: Broker) -> None:
    broker.ping()
    given: list[int] = []

    def work() -> None:
        mine = connected(server)
        streams = CameraStreams(mine, "cam1")
        stored = StoredTracks()
        for _ in range(60):
            while True:
                wanted = stored.next_id
                data = stored.data + b"%d " % wanted
                newest = streams.follow(stored.version, NewTracks(data, [wanted], wanted + 1))
                if newest is None:
                    given.append(wanted)
                    break
                stored = newest
        mine.close()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(given) == list(range(1, 181))
    written = broker.redis.hget(CameraStreams(broker, "cam1").keys.tracks, "data") or b""
    assert [int(one) for one in written.split()] == list(range(1, 181))


def test_a_viewer_asks_to_learn_a_face_and_a_worker_hears_of_it_with_its_next_frame(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    streams.follow(0, new(b"tracks", 6, 7))
    until = Commands(broker, clock).learn_neutral("cam1", 7)
    assert until is not None
    assert abs(until - clock.now() - LEARN_FOR_S * 1e9) < 1e9
    assert decode_commands(take(streams, clock).commands) == {7: until}


@pytest.mark.parametrize("track", [1, 67, 76, 777])
def test_only_a_face_that_is_followed_can_be_learned(
    streams: CameraStreams, clock: BrokerClock, broker: Broker, track: int
) -> None:
    streams.follow(0, new(b"tracks", 6, 7))
    assert Commands(broker, clock).learn_neutral("cam1", track) is None
    assert broker.redis.exists(streams.keys.commands) == 0


def test_a_command_is_gone_after_use(streams: CameraStreams, clock: BrokerClock, broker: Broker) -> None:
    streams.follow(0, new(b"tracks", 7))
    Commands(broker, clock).learn_neutral("cam1", 7)
    taken = take(streams, clock)
    assert streams.follow(taken.stored.version, new(b"learning", 7), taken.commands) is None
    assert broker.redis.exists(streams.keys.commands) == 0


def test_a_command_is_not_used_by_who_wrote_nothing(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    streams.follow(0, new(b"tracks", 7))
    Commands(broker, clock).learn_neutral("cam1", 7)
    taken = take(streams, clock)
    streams.follow(1, new(b"another's", 7))
    assert streams.follow(taken.stored.version, new(b"mine", 7), taken.commands) is not None
    assert take(streams, clock, seq=2).commands == taken.commands


def test_a_command_that_was_given_again_meanwhile_stays(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    streams.follow(0, new(b"tracks", 7))
    Commands(broker, clock).learn_neutral("cam1", 7)
    taken = take(streams, clock)
    until = Commands(broker, clock).learn_neutral("cam1", 7)
    streams.follow(taken.stored.version, new(b"learning", 7), taken.commands)
    assert decode_commands(take(streams, clock, seq=2).commands) == {7: until}


def test_a_command_that_no_worker_takes_does_not_stay(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    streams.follow(0, new(b"tracks", 7))
    Commands(broker, clock).learn_neutral("cam1", 7)
    assert 0 < broker.redis.pttl(streams.keys.commands) <= 5_000
