from collections.abc import Callable

import pytest

from services.local.analyze.deployment import Deployment
from services.local.analyze.patience import TRIES, Patience
from shared.errors import BrokerUnreachable, RecordingGone


class Lives(Deployment):
    """A broker that is back when it is waited for, in one life after the other."""

    def __init__(self, *lives: str) -> None:
        self.lives = list(lives)
        self.waits = 0

    def life(self) -> str:
        return self.lives.pop(0) if len(self.lives) > 1 else self.lives[0]

    def await_broker(self) -> None:
        self.waits += 1


def away() -> bool:
    raise BrokerUnreachable("it is away")


def steps(*outcomes: bool | None) -> Callable[[], bool]:
    """Return a step with these outcomes, one after the other; None is a broker that is away."""
    left = list(outcomes)

    def step() -> bool:
        outcome = left.pop(0)
        return away() if outcome is None else outcome

    return step


def test_a_step_that_a_lost_connection_cut_short_is_done_again() -> None:
    broker, said = Lives("a"), list[str]()
    patience, step = Patience(broker, said.append), steps(None, True)
    assert [patience.through(step, 0), patience.through(step, 0)] == [False, True]
    assert (broker.waits, said) == (1, ["it is away; it is back"])


def test_a_broker_that_was_started_again_has_lost_the_recording() -> None:
    patience = Patience(Lives("a", "b"), list[str]().append)
    with pytest.raises(RecordingGone, match="it is away"):
        patience.through(away, 0)


def test_a_broker_that_is_away_again_and_again_while_nothing_is_done_is_given_up() -> None:
    patience = Patience(Lives("a"), list[str]().append)
    for done in range(2 * TRIES):
        patience.through(away, done)
    for _ in range(TRIES - 1):
        patience.through(away, 2 * TRIES - 1)
    with pytest.raises(BrokerUnreachable):
        patience.through(away, 2 * TRIES - 1)
