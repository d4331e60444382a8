"""What a publisher offers to a real broker: bounded, once, and nothing is passed over."""

from shared.broker import Broker
from shared.recorded import RecordedResult, decode_recorded
from shared.recordings import RecordingStreams
from tests.recordings import account, collected, frame, index, offer, taken


def test_a_frame_comes_back_as_it_was_and_becomes_a_result(streams: RecordingStreams) -> None:
    offer(streams, 30)
    found = taken(streams, "w7")
    assert decode_recorded(found.fields) == frame(30)
    assert streams.deliver(found, b'{"seen":[]}') is True
    assert collected(streams) == [RecordedResult(30, 1_200_000_000, 640, 480, b'{"seen":[]}', "", 1, "w7")]
    assert account(streams).published == 1


def test_workers_get_the_oldest_frame_first_and_never_the_same(streams: RecordingStreams) -> None:
    offer(streams, *range(6))
    assert [index(taken(streams, f"w{number}")) for number in range(6)] == list(range(6))
    assert streams.take("another") is None


def test_no_frame_is_passed_over_and_none_is_trimmed(streams: RecordingStreams) -> None:
    offer(streams, *range(60))
    assert account(streams).waiting == 60
    for number in range(60):
        found = taken(streams)
        assert index(found) == number
        streams.deliver(found, b"{}")


def test_no_frame_is_accepted_while_too_many_are_unfinished_or_uncollected(streams: RecordingStreams) -> None:
    offered = [streams.offer(frame(number), bound=4) for number in range(6)]
    assert offered == [True] * 4 + [False] * 2
    assert streams.offer(frame(4), bound=4) is False
    streams.deliver(taken(streams), b"{}")
    assert streams.offer(frame(4), bound=4) is False
    assert len(collected(streams)) == 1
    assert streams.offer(frame(4), bound=4) is True
    assert account(streams).captured == 5


def test_a_repeated_offer_changes_nothing_whether_the_frame_is_finished_or_not(
    streams: RecordingStreams,
) -> None:
    offer(streams, 0, 1, 1, 0)
    streams.deliver(taken(streams), b"{}")
    offer(streams, 0, 1)
    assert (account(streams).captured, account(streams).waiting) == (2, 1)


def test_a_repeated_offer_is_true_even_where_the_bound_is_reached(streams: RecordingStreams) -> None:
    assert streams.offer(frame(0), bound=1) is True
    assert streams.offer(frame(0), bound=1) is True
    assert account(streams).captured == 1


def test_a_publisher_that_was_started_again_goes_on_where_the_broker_is(
    streams: RecordingStreams, broker: Broker
) -> None:
    offer(streams, 0, 1, 2)
    offer(RecordingStreams(broker, "rec-1"), *range(5))
    assert account(streams).captured == 5
