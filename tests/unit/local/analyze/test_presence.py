from services.local.analyze.presence import Presence
from shared.registry import HEARTBEAT_EVERY_S, Registry, Worker
from tests.fakes import Ticker


class Alone(Registry):
    """A registry without workers."""

    def __init__(self) -> None: ...

    def recording_is_here(self, recording: str, *, lifetime_ms: int = 0) -> None: ...

    def workers(self) -> list[Worker]:
        return []


def test_that_no_worker_is_there_is_said_once() -> None:
    said: list[str] = []
    clock = Ticker()
    presence = Presence(Alone(), "rec-0", said.append, clock)
    for _ in range(20):
        clock.now += HEARTBEAT_EVERY_S
        presence.look()
    assert said == ["no worker is there; waiting for one"]
