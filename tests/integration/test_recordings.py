"""Every-frame delivery against real brokers: each frame that is offered gets one result, whoever dies."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Timer

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import RecordingAccount, RecordingLimits, TakenFrame
from shared.entities import Cause
from shared.errors import BrokerErrorReply, RecordingGone
from shared.keys import GROUP
from shared.recorded import RecordedFrame, RecordedResult, RecordingEnd, decode_recorded
from shared.recordings import RecordingStreams
from shared.registry import Registry
from tests.brokers import entries

SHORT = RecordingLimits(pending_ms=50, lifetime_ms=2_000)
OVERDUE_S = 0.06

WALK_STEPS = 600
WORKERS = 3
FRAMES = 400
DEADLY = 100


@pytest.fixture
def streams(broker: Broker) -> RecordingStreams:
    return RecordingStreams(broker, "rec-1")


@pytest.fixture
def short(broker: Broker) -> RecordingStreams:
    return RecordingStreams(broker, "rec-1", limits=SHORT)


def frame(index: int) -> RecordedFrame:
    return RecordedFrame(index, index * 40_000_000, 640, 480, b"picture %d" % index)


def offer(streams: RecordingStreams, *indices: int) -> None:
    assert all(streams.offer(frame(index)) for index in indices)


def taken(streams: RecordingStreams, worker: str = "w1") -> TakenFrame:
    found = streams.take(worker)
    assert found is not None
    return found


def index(found: TakenFrame) -> int:
    return decode_recorded(found.fields).index


def account(streams: RecordingStreams) -> RecordingAccount:
    """Return the account, which must hold."""
    account = streams.account()
    assert account.difference == 0, account
    return account


def collected(streams: RecordingStreams) -> list[RecordedResult]:
    """Return the results that were not collected yet; they are forgotten."""
    found = streams.collect(block_ms=20)
    streams.forget([one.id for one in found])
    return [one.result for one in found if isinstance(one.result, RecordedResult)]


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


def test_finished_frames_take_no_memory_in_the_broker(streams: RecordingStreams, broker: Broker) -> None:
    for number in range(300):
        offer(streams, number)
        streams.deliver(taken(streams, f"w{number % 3}"), b"x" * 500)
        collected(streams)
    for key in (streams.keys.frames, streams.keys.results):
        assert entries(broker, key) == []
        assert int(broker.redis.memory_usage(key) or 0) < 10_000


class Walk:
    """Offers, takes, delivers, refuses, repeats, dies, collects and sleeps at random."""

    def __init__(self, broker: Broker, seed: int) -> None:
        self.random = random.Random(seed)
        limits = RecordingLimits(pending_ms=8)
        self.streams = RecordingStreams(broker, "rec-1", limits=limits)
        self.next = 0
        self.held: dict[str, TakenFrame] = {}
        self.born = 0
        self.results: list[RecordedResult] = []

    def step(self) -> None:
        steps = [self.offer, self.take, self.finish, self.repeat, self.die, self.collect, self.sleep]
        self.random.choices(steps, weights=[8, 8, 6, 1, 1, 3, 1])[0]()

    def offer(self) -> None:
        if self.streams.offer(frame(self.next), bound=12) and self.random.random() < 0.8:
            self.next += 1

    def take(self) -> None:
        worker = self.random.choice([*self.held, f"w{self.born}"])
        found = self.streams.take(worker)
        if found is not None:
            self.born += worker not in self.held
            self.held[worker] = found

    def finish(self, times: int = 1) -> None:
        if self.held:
            found = self.held.pop(self.random.choice(list(self.held)))
            outcome = self.random.choices(["done", Cause.FAILED, Cause.UNDECODABLE], weights=[8, 1, 1])[0]
            told = {self._finished(found, outcome) for _ in range(times)}
            assert len(told) == 1

    def _finished(self, found: TakenFrame, outcome: str) -> bool:
        if isinstance(outcome, Cause):
            return self.streams.refuse(found, outcome)
        return self.streams.deliver(found, b"%d" % index(found))

    def repeat(self) -> None:
        self.finish(times=2)

    def die(self) -> None:
        if self.held:
            self.held.pop(self.random.choice(list(self.held)))

    def collect(self) -> None:
        self.results += collected(self.streams)

    def sleep(self) -> None:
        time.sleep(self.random.choice([0.002, 0.01]))


@pytest.mark.parametrize("seed", range(3))
def test_every_frame_gets_one_result_and_the_account_holds_after_every_step(
    broker: Broker, seed: int
) -> None:
    walk = Walk(broker, seed)
    for _ in range(WALK_STEPS):
        walk.step()
        found = account(walk.streams)
        assert found.pending + found.waiting + found.uncollected <= 12
    captured = account(walk.streams).captured
    walk.held.clear()
    while account(walk.streams).pending + account(walk.streams).waiting:
        last = walk.streams.take("last")
        assert last is None or walk.streams.deliver(last, b"%d" % index(last))
    walk.collect()
    assert sorted(result.index for result in walk.results) == list(range(captured))
    assert all(result.observation in (b"", b"%d" % result.index) for result in walk.results)
    assert {result.failure for result in walk.results} == {"", "failed", "undecodable"}
    assert max(result.tries for result in walk.results) == 3


class Workers:
    """Worker processes, started again when they die."""

    def __init__(self, url: str) -> None:
        self._command = [sys.executable, "-m", "tests.recording_worker", url, "rec-1", "300", str(DEADLY)]
        self.running = [self._started() for _ in range(WORKERS)]
        self.deaths = 0

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stderr=subprocess.DEVNULL)

    def restart(self) -> None:
        for place, process in enumerate(self.running):
            if process.poll() is not None:
                self.deaths += 1
                self.running[place] = self._started()

    def kill_one(self) -> None:
        random.choice(self.running).kill()

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


@contextmanager
def workers(url: str) -> Iterator[Workers]:
    with ExitStack() as stack:
        found = Workers(url)
        stack.callback(found.end)
        yield found


def test_workers_that_are_killed_lose_no_frame_and_one_that_kills_them_has_failed(
    server: str, broker: Broker
) -> None:
    streams = RecordingStreams(broker, "rec-1")
    results: list[RecordedResult] = []
    offered, kills = 0, iter(range(30, FRAMES, 50))
    kill_at = next(kills)
    with workers(server) as running:
        while len(results) < FRAMES:
            if offered < FRAMES and streams.offer(frame(offered), bound=16):
                offered += 1
            elif not (found := collected(streams)):
                running.restart()
            else:
                results += found
            account(streams)
            if len(results) > kill_at:
                running.kill_one()
                kill_at = next(kills, FRAMES)
    assert sorted(result.index for result in results) == list(range(FRAMES))
    (failed,) = [result for result in results if result.failure]
    assert (failed.index, failed.failure, failed.tries) == (DEADLY, "failed", 3)
    assert all(result.observation == b"seen %d" % result.index for result in results if not result.failure)
    assert running.deaths >= 3
    assert (account(streams).published, account(streams).failed) == (FRAMES - 1, 1)
