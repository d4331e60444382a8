"""Who has a recording's frame: its worker, or who takes over when that one is silent."""

import time

import pytest

from shared.entities import Cause
from shared.recorded import RecordedResult
from shared.recordings import RecordingStreams
from tests.recordings import OVERDUE_S, account, collected, index, offer, taken


def test_a_worker_whose_take_was_lost_on_the_way_gets_the_same_frame_as_the_same_try(
    streams: RecordingStreams,
) -> None:
    offer(streams, 0, 1)
    first = taken(streams)
    assert taken(streams) == first
    assert taken(streams).tries == 1
    assert account(streams).pending == 1


def test_a_repeated_delivery_publishes_once_and_is_told_the_same(streams: RecordingStreams) -> None:
    offer(streams, 0)
    found = taken(streams)
    assert [streams.deliver(found, b"{}") for _ in range(3)] == [True] * 3
    assert len(collected(streams)) == 1
    assert account(streams).published == 1


def test_a_frame_that_its_worker_has_not_had_for_long_is_left_to_it(streams: RecordingStreams) -> None:
    offer(streams, 0)
    taken(streams)
    assert streams.take("another") is None


def test_a_frame_of_a_silent_worker_is_done_by_another_before_those_that_wait(
    short: RecordingStreams,
) -> None:
    offer(short, 0, 1)
    taken(short, "dead")
    time.sleep(OVERDUE_S)
    claimed = taken(short, "another")
    assert (index(claimed), claimed.tries) == (0, 2)
    assert short.deliver(claimed, b"{}")
    (result,) = collected(short)
    assert (result.index, result.tries, result.worker) == (0, 2, "another")


def test_a_worker_that_is_slow_but_alive_publishes_and_the_one_that_took_over_does_not(
    short: RecordingStreams,
) -> None:
    offer(short, 0)
    slow = taken(short, "slow")
    time.sleep(OVERDUE_S)
    second = taken(short, "second")
    assert short.deliver(slow, b"first") is True
    assert short.deliver(second, b"again") is False
    assert short.refuse(second, Cause.FAILED) is False
    (result,) = collected(short)
    assert (result.observation, result.worker) == (b"first", "slow")
    assert account(short).published == 1


def test_a_worker_that_says_that_it_is_still_at_it_keeps_its_frame_as_the_same_try(
    short: RecordingStreams,
) -> None:
    offer(short, 0)
    slow = taken(short, "slow")
    for _ in range(4):
        time.sleep(OVERDUE_S / 2)
        assert short.hold(slow) is True
        assert short.take("another") is None
    assert short.deliver(slow, b"{}") is True
    assert short.hold(slow) is False
    (result,) = collected(short)
    assert result.tries == 1


def test_a_worker_that_has_lost_its_frame_does_not_get_it_back_by_holding_it(short: RecordingStreams) -> None:
    offer(short, 0)
    frozen = taken(short, "frozen")
    time.sleep(OVERDUE_S)
    claimed = taken(short, "another")
    assert short.hold(frozen) is False
    assert short.hold(claimed) is True


def test_a_worker_that_comes_back_after_another_has_done_its_frame_publishes_nothing(
    short: RecordingStreams,
) -> None:
    offer(short, 0)
    frozen = taken(short, "frozen")
    time.sleep(OVERDUE_S)
    short.deliver(taken(short, "another"), b"{}")
    assert short.deliver(frozen, b"{}") is False
    assert len(collected(short)) == 1


def test_a_frame_that_three_workers_took_and_none_finished_has_failed(short: RecordingStreams) -> None:
    offer(short, 0, 1)
    for number, worker in enumerate(["a", "b", "c"], start=1):
        found = taken(short, worker)
        assert (index(found), found.tries) == (0, number)
        time.sleep(OVERDUE_S)
    assert index(taken(short, "d")) == 1
    assert collected(short) == [RecordedResult(0, 0, 640, 480, b"", "failed", 3, "c")]
    assert (account(short).failed, account(short).pending) == (1, 1)


@pytest.mark.parametrize("cause", [Cause.FAILED, Cause.UNDECODABLE])
def test_a_frame_that_cannot_be_done_is_counted_and_has_a_result_that_says_so(
    streams: RecordingStreams, cause: Cause
) -> None:
    offer(streams, 7)
    found = taken(streams)
    assert streams.refuse(found, cause) is True
    assert streams.refuse(found, cause) is True
    assert collected(streams) == [RecordedResult(7, 280_000_000, 640, 480, b"", cause.value, 1, "w1")]
    assert (account(streams).failed + account(streams).undecodable, account(streams).published) == (1, 0)
