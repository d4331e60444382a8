"""The account holds at every moment, whatever workers do: a random walk through all that can happen."""

import random
import time

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import Cause
from shared.streams import CameraStreams, Limits
from tests import made
from tests.brokers import books

STEPS = 1_500
LIMITS = Limits(entries=4, lifetime_ms=40, pending_ms=8, waiting_ms=15, silent_ms=50)


class Walk:
    """Publishes, takes, finishes, drops, forgets, sweeps and sleeps at random."""

    def __init__(self, broker: Broker, clock: BrokerClock, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = clock
        self.streams = CameraStreams(broker, "cam1", limits=LIMITS)
        self.seq = 0
        self.held: list[str] = []

    def step(self) -> None:
        steps = [self.publish, self.take, self.finish, self.drop, self.forget, self.sweep, self.sleep]
        self.random.choices(steps, weights=[10, 6, 5, 1, 1, 2, 1])[0]()

    def publish(self) -> None:
        self.seq += self.random.choice([0, 1, 1, 1])
        age_ns = self.random.choice([0, 0, 20_000_000])
        self.streams.publish(made.frame(self.seq, self.clock.now() - age_ns), run="run")

    def take(self) -> None:
        entry = self.streams.take(self.random.choice("abc"), age_budget_ms=15)
        if entry is not None:
            self.held.append(entry.id)

    def finish(self) -> None:
        for frame_id in self._one():
            self.streams.finish(frame_id, made.result(frame_id, 1, self.clock.now(), made.face()))

    def drop(self) -> None:
        for frame_id in self._one():
            self.streams.drop(frame_id, self.random.choice([Cause.FAILED, Cause.UNDECODABLE]))

    def forget(self) -> None:
        self._one()

    def sweep(self) -> None:
        self.streams.sweep("sweeper")

    def sleep(self) -> None:
        time.sleep(self.random.choice([0.002, 0.01, 0.05]))

    def _one(self) -> list[str]:
        return [self.held.pop(self.random.randrange(len(self.held)))] if self.held else []


@pytest.mark.parametrize("seed", range(3))
def test_the_account_holds_after_every_step_and_its_ledger_is_what_the_stream_says(
    broker: Broker, clock: BrokerClock, seed: int
) -> None:
    walk = Walk(broker, clock, seed)
    for _ in range(STEPS):
        walk.step()
        account, state = books(broker, "cam1")
        assert account.difference == 0, account
        assert state is None or state == (account.pending, account.waiting)
    assert account.published > 0
    assert all(account.lost.values()), f"not every cause came up: {account.lost}"
