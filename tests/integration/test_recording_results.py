"""A recording's results and its end, as whoever collects them reads them from a real broker."""

from threading import Event, Timer

from shared.broker import Broker
from shared.recorded import RecordedResult, RecordingEnd
from shared.recordings import RecordingStreams
from tests.brokers import entries
from tests.recordings import account, collected, offer, taken


def test_results_come_in_the_order_of_completion_and_stay_until_they_are_forgotten(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0, 1)
    first, second = taken(streams, "a"), taken(streams, "b")
    streams.deliver(second, b"{}")
    streams.deliver(first, b"{}")
    found = streams.collect(block_ms=10)
    assert [one.result.index for one in found if isinstance(one.result, RecordedResult)] == [1, 0]
    assert streams.collect(block_ms=10) == []
    again = RecordingStreams(broker, "rec-1").collect(block_ms=10)
    assert again == found
    streams.forget([one.id for one in found])
    streams.forget([one.id for one in found])
    assert RecordingStreams(broker, "rec-1").collect(block_ms=10) == []


def test_who_waits_for_results_gets_them_when_they_come(streams: RecordingStreams, broker: Broker) -> None:
    offer(streams, 0)
    found = taken(streams)
    done = Event()
    later = Timer(
        0.1, lambda: done.set() if RecordingStreams(broker, "rec-1").deliver(found, b"{}") else None
    )
    later.start()
    assert len(streams.collect(block_ms=4_000)) == 1
    later.join()
    assert done.is_set()


def test_the_publishers_last_word_is_collected_once_and_the_recording_is_done_when_all_is_forgotten(
    streams: RecordingStreams,
) -> None:
    offer(streams, 0)
    streams.end(1, "the file is truncated")
    streams.end(1, "the file is truncated")
    assert not account(streams).is_done
    (end,) = streams.collect(block_ms=10)
    assert end.result == RecordingEnd(1, "the file is truncated")
    streams.forget([end.id])
    assert not account(streams).is_done
    streams.deliver(taken(streams), b"{}")
    assert not account(streams).is_done
    assert len(collected(streams)) == 1
    assert account(streams).is_done


def test_a_recording_without_frames_ends_too(streams: RecordingStreams) -> None:
    streams.end(0)
    (end,) = streams.collect(block_ms=10)
    assert end.result == RecordingEnd(0)
    streams.forget([end.id])
    assert account(streams).is_done


def test_finished_frames_take_no_memory_in_the_broker(streams: RecordingStreams, broker: Broker) -> None:
    for number in range(300):
        offer(streams, number)
        streams.deliver(taken(streams, f"w{number % 3}"), b"x" * 500)
        collected(streams)
    for key in (streams.keys.frames, streams.keys.results):
        assert entries(broker, key) == []
        assert int(broker.redis.memory_usage(key) or 0) < 10_000
