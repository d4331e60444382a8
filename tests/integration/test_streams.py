"""The four scripts against real brokers: what they do, and that the account holds."""

import time
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.counters import Account, read_account
from shared.entities import Cause
from shared.entries import decode_frame, decode_result
from shared.errors import BrokerError
from shared.keys import GROUP
from shared.streams import CameraStreams, Entry, History, Limits
from shared.wake_ups import WakeUps
from tests import made
from tests.brokers import entries

SHORT = Limits(entries=4, lifetime_ms=300, pending_ms=50, waiting_ms=100, silent_ms=60)


@pytest.fixture
def streams(broker: Broker) -> CameraStreams:
    return CameraStreams(broker, "cam1")


@pytest.fixture
def short(broker: Broker) -> CameraStreams:
    return CameraStreams(broker, "cam1", limits=SHORT)


def publish(streams: CameraStreams, clock: BrokerClock, *seqs: int, run: str = "run") -> list[str]:
    return [streams.publish(made.frame(seq, clock.now()), run=run) for seq in seqs]


def taken(streams: CameraStreams, worker: str = "w1", age_budget_ms: int = 0) -> Entry:
    entry = streams.take(worker, age_budget_ms=age_budget_ms)
    assert entry is not None
    return entry


def account(broker: Broker) -> Account:
    """Return the account of cam1, which must hold."""
    account = read_account(broker, "cam1")
    assert account.difference == 0, account
    return account


def lost(broker: Broker, cause: Cause) -> int:
    return account(broker).lost[cause]


def test_a_published_frame_comes_back_as_it_was(streams: CameraStreams, clock: BrokerClock) -> None:
    frame = made.frame(7, clock.now())
    frame_id = streams.publish(frame, run="run")
    entry = taken(streams)
    assert entry.id == frame_id
    assert decode_frame(entry.fields) == frame


def test_a_frame_published_before_any_worker_came_waits_for_it(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1)
    assert account(broker).waiting == 1
    assert decode_frame(taken(streams).fields).seq == 1


def test_a_repeat_of_the_same_run_and_seq_changes_nothing(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    first, again = publish(streams, clock, 1, 1)
    assert again == first
    assert account(broker).captured == 1


def test_another_run_of_capture_may_begin_at_the_same_seq(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1, run="first")
    publish(streams, clock, 1, run="second")
    assert account(broker).captured == 2


def test_a_worker_gets_the_newest_frame_and_the_older_ones_are_superseded(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1, 2, 3)
    assert decode_frame(taken(streams).fields).seq == 3
    assert lost(broker, Cause.SUPERSEDED) == 2
    assert streams.take("w2") is None


def test_two_workers_never_get_the_same_frame(streams: CameraStreams, clock: BrokerClock) -> None:
    publish(streams, clock, 1)
    first = taken(streams, "w1")
    publish(streams, clock, 2)
    assert taken(streams, "w2").id != first.id


def test_a_frame_older_than_the_budget_is_counted_as_stale(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    streams.publish(made.frame(1, clock.now() - 600_000_000), run="run")
    assert streams.take("w1", age_budget_ms=500) is None
    assert lost(broker, Cause.STALE) == 1


def test_a_frame_within_the_budget_is_taken(streams: CameraStreams, clock: BrokerClock) -> None:
    streams.publish(made.frame(1, clock.now() - 100_000_000), run="run")
    assert streams.take("w1", age_budget_ms=5_000) is not None


def test_frames_that_nobody_took_before_the_stream_was_full_are_trimmed(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, *range(1, 21))
    assert broker.redis.xlen(streams.keys.frames) == 16
    assert lost(broker, Cause.TRIMMED) == 4
    assert account(broker).waiting == 16


def test_a_finished_frame_that_falls_off_the_stream_is_not_counted_again(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    for seq in range(1, 11):
        publish(short, clock, seq)
        entry = taken(short)
        short.finish(entry.id, made.result(entry.id, seq, clock.now()))
    assert account(broker).published == 10
    assert lost(broker, Cause.TRIMMED) == 0


def test_a_frame_that_is_trimmed_while_its_worker_has_it_can_still_be_finished(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    entry = taken(short)
    publish(short, clock, 2, 3, 4, 5, 6)
    assert short.sweep("other").abandoned == 0
    assert account(broker).pending == 1
    assert short.finish(entry.id, made.result(entry.id, 1, clock.now())) == 1
    account(broker)


def test_a_result_is_published_once_and_numbered(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    for seq in (1, 2):
        publish(streams, clock, seq)
        entry = taken(streams)
        result = made.result(entry.id, seq, clock.now(), made.face())
        assert streams.finish(entry.id, result) == seq
        assert streams.finish(entry.id, result) == 0
    newest = streams.newest_result()
    assert newest is not None
    assert decode_result(newest.fields).n == 2
    assert decode_result(newest.fields).faces[0].expression == "happy"
    assert account(broker).published == 2


def test_a_worker_that_froze_and_came_back_publishes_nothing(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    entry = taken(short, "frozen")
    time.sleep(0.1)
    assert short.sweep("other").abandoned == 1
    assert short.finish(entry.id, made.result(entry.id, 1, clock.now())) == 0
    assert short.drop(entry.id, Cause.FAILED) is False
    assert short.newest_result() is None
    assert lost(broker, Cause.ABANDONED) == 1


def test_a_frame_that_its_worker_still_works_on_is_left_alone(
    streams: CameraStreams, clock: BrokerClock
) -> None:
    publish(streams, clock, 1)
    entry = taken(streams)
    assert streams.sweep("other").abandoned == 0
    assert streams.finish(entry.id, made.result(entry.id, 1, clock.now())) == 1


def test_an_abandoned_frame_that_was_trimmed_meanwhile_is_counted_too(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    taken(short, "dead")
    publish(short, clock, 2, 3, 4, 5, 6)
    time.sleep(0.1)
    assert short.sweep("other").abandoned == 1
    assert lost(broker, Cause.ABANDONED) == 1


@pytest.mark.parametrize("cause", [Cause.UNDECODABLE, Cause.FAILED])
def test_a_frame_that_cannot_be_done_is_counted_under_its_cause(
    streams: CameraStreams, clock: BrokerClock, broker: Broker, cause: Cause
) -> None:
    publish(streams, clock, 1)
    entry = taken(streams)
    assert streams.drop(entry.id, cause) is True
    assert lost(broker, cause) == 1
    assert account(broker).pending == 0


def test_frames_that_no_worker_comes_for_are_given_up_as_stale_before_the_stream_expires(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1, 2, 3)
    time.sleep(0.15)
    assert short.sweep("capture").stale == 3
    assert account(broker).waiting == 0


def test_what_expired_with_the_stream_is_counted_when_somebody_comes_again(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    taken(short, "dead")
    publish(short, clock, 2, 3)
    time.sleep(0.35)
    assert broker.redis.exists(short.keys.frames) == 0
    publish(short, clock, 4)
    assert lost(broker, Cause.TRIMMED) == 2
    assert lost(broker, Cause.ABANDONED) == 1
    assert account(broker).waiting == 1


def test_pictures_are_gone_when_nothing_was_written_for_a_while(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    entry = taken(short)
    short.finish(entry.id, made.result(entry.id, 1, clock.now()))
    time.sleep(0.35)
    assert broker.redis.exists(short.keys.frames, short.keys.results) == 0


def test_of_a_camera_that_is_no_more_the_pictures_and_people_go_and_the_numbers_stay(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1, 2)
    in_work = taken(streams)
    publish(streams, clock, 3)
    streams.forget()
    assert streams.finish(in_work.id, made.result(in_work.id, 2, clock.now())) == 0
    streams.sweep("capture")
    keys: Any = broker.redis.keys("mien:{cam1}:*")
    left = {key.decode().rpartition(":")[2] for key in keys}
    assert left == {"counters", "ledger"}
    assert sum(account(broker).lost.values()) == account(broker).captured == 3


def test_results_are_bounded(short: CameraStreams, clock: BrokerClock, broker: Broker) -> None:
    for seq in range(1, 8):
        publish(short, clock, seq)
        entry = taken(short)
        short.finish(entry.id, made.result(entry.id, seq, clock.now()))
    assert broker.redis.xlen(short.keys.results) == SHORT.entries


def test_a_frame_whose_result_cannot_be_written_stays_pending(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1)
    entry = taken(streams)
    broker.redis.set(streams.keys.results, "not a stream")
    with pytest.raises(BrokerError, match="WRONGTYPE"):
        streams.finish(entry.id, made.result(entry.id, 1, clock.now()))
    assert (account(broker).published, account(broker).pending) == (0, 1)


@pytest.mark.parametrize("spoilt", ["rollup", "expressions"])
def test_a_result_is_published_whatever_is_wrong_with_the_history(
    streams: CameraStreams, clock: BrokerClock, broker: Broker, spoilt: str
) -> None:
    broker.redis.set(getattr(streams.keys, spoilt), "neither a hash nor a stream")
    publish(streams, clock, 1)
    entry = taken(streams)
    assert streams.finish(entry.id, made.result(entry.id, 1, clock.now(), made.face())) == 1
    assert broker.redis.hget(streams.keys.ledger, "history_errors") == b"1"
    assert account(broker).published == 1


def test_sums_that_cannot_be_read_begin_anew(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    broker.redis.hset(streams.keys.rollup, "1s", "{broken")
    publish(streams, clock, 1)
    entry = taken(streams)
    streams.finish(entry.id, made.result(entry.id, 1, clock.now(), made.face()))
    assert b'"frames":1' in (broker.redis.hget(streams.keys.rollup, "1s") or b"")


def test_a_consumer_that_is_silent_and_holds_nothing_is_forgotten(
    short: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(short, clock, 1)
    entry = taken(short, "leaver")
    short.finish(entry.id, made.result(entry.id, 1, clock.now()))
    time.sleep(0.1)
    short.sweep("stayer")
    names = [row["name"] for row in broker.redis.xinfo_consumers(short.keys.frames, GROUP)]
    assert b"leaver" not in names


def test_an_entry_without_fields_that_mien_knows_is_handed_out_to_be_counted(
    streams: CameraStreams, broker: Broker
) -> None:
    broker.redis.xadd(streams.keys.frames, {"what": "ever"})
    assert taken(streams, age_budget_ms=500).fields == {b"what": b"ever"}


def test_publishing_wakes_who_waits(streams: CameraStreams, clock: BrokerClock, broker: Broker) -> None:
    wake_ups = WakeUps(broker)
    assert wake_ups.wait(0.05) == set()
    publish(streams, clock, 1, 2)
    assert wake_ups.wait(5) == {"cam1"}
    wake_ups.close()


def test_who_waits_for_results_gets_them_when_they_come(streams: CameraStreams, clock: BrokerClock) -> None:
    found: list[Entry] = []
    reading = Event()

    def read() -> None:
        reading.set()
        found.extend(streams.results_after("0-0", block_ms=3_000))

    reader = Thread(target=read)
    reader.start()
    reading.wait()
    publish(streams, clock, 1)
    entry = taken(streams)
    streams.finish(entry.id, made.result(entry.id, 1, clock.now()))
    reader.join()
    assert [decode_result(entry.fields).seq for entry in found] == [1]
    assert streams.results_after(found[-1].id, block_ms=10) == []


def test_the_history_holds_numbers_and_no_picture(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    publish(streams, clock, 1)
    entry = taken(streams)
    streams.finish(entry.id, made.result(entry.id, 1, clock.now(), made.face()))
    ((_, fields),) = entries(broker, streams.keys.expressions)
    assert set(fields) == {b"v", b"seq", b"t", b"faces"}
    assert 0 < broker.redis.pttl(streams.keys.expressions) <= History().ms


def test_face_crops_come_with_the_result_and_are_not_in_the_history(
    streams: CameraStreams, broker: Broker, clock: BrokerClock
) -> None:
    (frame_id,) = publish(streams, clock, 1)
    taken(streams)
    seen = replace(made.face(), crop=bytes(range(256)) * 9)
    streams.finish(frame_id, made.result(frame_id, 1, clock.now(), made.face(), seen))
    newest = streams.newest_result()
    assert newest is not None
    assert [face.crop for face in decode_result(newest.fields).faces] == [None, seen.crop]
    ((_, fields),) = entries(broker, streams.keys.expressions)
    assert set(fields) == {b"v", b"seq", b"t", b"faces"}
    assert b"crop" not in fields[b"faces"]


def test_the_history_can_be_off(broker: Broker, clock: BrokerClock) -> None:
    streams = CameraStreams(broker, "cam1", history=History(ms=0))
    publish(streams, clock, 1)
    entry = taken(streams)
    streams.finish(entry.id, made.result(entry.id, 1, clock.now(), made.face()))
    keys = streams.keys
    assert broker.redis.exists(keys.expressions, keys.expressions_1s, keys.rollup) == 0


def test_seconds_and_minutes_are_rolled_up_when_they_are_over(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    start = clock.now() // 60_000_000_000 * 60_000_000_000
    moments = (0, 400_000_000, 1_000_000_000, 60_000_000_000)
    for seq, moment in enumerate(moments, start=1):
        publish(streams, clock, seq)
        entry = taken(streams)
        faces = (made.face("happy", 0.7), made.face("sad", 0.4))
        streams.finish(entry.id, made.result(entry.id, seq, start + moment, *faces))
    seconds = [fields for _, fields in entries(broker, streams.keys.expressions_1s)]
    minutes = [fields for _, fields in entries(broker, streams.keys.expressions_1m)]
    assert [int(row[b"t"]) - start for row in seconds] == [0, 1_000_000_000]
    assert [(row[b"frames"], row[b"faces"]) for row in seconds] == [(b"2", b"4"), (b"1", b"2")]
    assert [(row[b"frames"], row[b"faces"]) for row in minutes] == [(b"3", b"6")]
    assert b'"happy":3' in minutes[0][b"counts"]


def test_sums_go_on_when_the_clock_is_set_back(
    streams: CameraStreams, clock: BrokerClock, broker: Broker
) -> None:
    now = clock.now()
    for seq, back_s in enumerate((0, 3600, 3599, 3598), start=1):
        publish(streams, clock, seq)
        entry = taken(streams)
        t = now - back_s * 1_000_000_000
        streams.finish(entry.id, made.result(entry.id, seq, t, made.face()))
    assert len(entries(broker, streams.keys.expressions_1s)) == 3


def test_the_raw_history_is_bounded_by_its_age_and_by_ten_entries_a_second() -> None:
    assert History().entries == 36_000
    assert History(ms=86_400_000).entries == 864_000
