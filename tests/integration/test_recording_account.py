"""Every frame of a recording gets one result, whatever is done at random and whoever is killed."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from shared.broker import Broker
from shared.delivery import RecordingLimits, TakenFrame
from shared.entities import Cause
from shared.recorded import RecordedResult
from shared.recordings import RecordingStreams
from tests.recordings import account, collected, frame, index

WALK_STEPS = 600
WORKERS = 3
FRAMES = 400
DEADLY = 100


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
