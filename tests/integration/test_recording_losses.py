"""A recording that is removed, lost, damaged or left alone in a real broker."""

import time
from collections.abc import Callable

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import RecordingLimits
from shared.entities import Cause
from shared.errors import BrokerErrorReply, RecordingGone
from shared.keys import GROUP
from shared.recordings import RecordingStreams
from shared.registry import Registry
from tests.recordings import account, collected, frame, offer, taken


def test_a_recording_that_is_removed_leaves_nothing_and_late_workers_bring_nothing_back(
    streams: RecordingStreams, broker: Broker, clock: BrokerClock
) -> None:
    registry = Registry(broker, clock)
    registry.recording_is_here("rec-1")
    offer(streams, 0, 1)
    late = taken(streams)
    streams.deliver(taken(streams, "w2"), b"{}")
    streams.remove()
    streams.remove()
    registry.recording_left("rec-1")
    assert streams.deliver(late, b"{}") is False
    assert streams.refuse(late, Cause.FAILED) is False
    assert streams.take("w3") is None
    assert broker.redis.keys() == []


@pytest.mark.parametrize("next_word", [lambda one: one.offer(frame(1)), lambda one: one.end(1)])
def test_a_publisher_whose_frames_the_broker_lost_hears_of_it(
    streams: RecordingStreams, broker: Broker, next_word: Callable[[RecordingStreams], object]
) -> None:
    offer(streams, 0)
    broker.redis.flushall()
    with pytest.raises(RecordingGone, match="recording rec-1 is gone from broker"):
        next_word(streams)
    assert broker.redis.keys() == []


def test_a_collector_whose_recording_the_broker_lost_hears_of_it(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0)
    streams.deliver(taken(streams), b"{}")
    assert len(collected(streams)) == 1
    broker.redis.flushall()
    with pytest.raises(RecordingGone):
        streams.collect(block_ms=10)


def test_a_result_that_cannot_be_written_leaves_its_frame_pending(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0)
    found = taken(streams)
    broker.redis.set(streams.keys.results, "not a stream")
    with pytest.raises(BrokerErrorReply, match="WRONGTYPE"):
        streams.deliver(found, b"{}")
    broker.redis.delete(streams.keys.results)
    assert account(streams).pending == 1
    assert streams.deliver(taken(streams), b"{}") is True


def test_a_consumer_group_that_somebody_destroyed_is_made_again_and_no_frame_is_lost(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0, 1)
    streams.deliver(taken(streams), b"{}")
    lost = taken(streams)
    broker.redis.xgroup_destroy(streams.keys.frames, GROUP)
    assert account(streams).waiting == 1
    assert streams.deliver(lost, b"{}") is False
    assert streams.deliver(taken(streams), b"{}") is True
    assert sorted(result.index for result in collected(streams)) == [0, 1]


def test_an_entry_that_no_publisher_wrote_is_finished_and_holds_nobody_up(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0)
    broker.redis.xadd(streams.keys.frames, {"what": "ever"})
    streams.deliver(taken(streams), b"{}")
    assert streams.refuse(taken(streams), Cause.UNDECODABLE) is True
    assert [result.index for result in collected(streams)] == [0]
    assert streams.account().uncollected == 0
    assert streams.take("w1") is None


def test_all_is_gone_a_while_after_the_last_word_and_not_while_somebody_says_it_is_wanted(
    broker: Broker, clock: BrokerClock
) -> None:
    streams = RecordingStreams(broker, "rec-1", limits=RecordingLimits(lifetime_ms=300))
    registry = Registry(broker, clock)
    offer(streams, 0, 1)
    streams.deliver(taken(streams), b"{}")
    for _ in range(5):
        time.sleep(0.1)
        registry.recording_is_here("rec-1", lifetime_ms=300)
    assert (account(streams).published, account(streams).waiting) == (1, 1)
    time.sleep(0.4)
    keys = streams.keys
    assert broker.redis.exists(keys.frames, keys.results, keys.counters, keys.ledger) == 0
