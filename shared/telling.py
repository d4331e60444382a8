"""What receivers were told of a camera: kept in the broker, so that a next leader goes on from there."""

from dataclasses import dataclass
from typing import Any

from shared.broker import Broker
from shared.keys import CameraKeys
from shared.scripts import source

KEPT_MS = 60_000
"""After a longer absence of all replicas, everything is news again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of one camera.

    Attributes:
        version: rises with every write; 0 where nothing was written.
        data: the leader's own words, not yet decoded; empty where nothing was written.
    """

    version: int
    data: bytes


class Telling:
    """What receivers were told of one camera.

    Every method raises a `BrokerError` where the broker is away or refuses.
    """

    def __init__(self, broker: Broker, camera: str) -> None:
        self._broker = broker
        self._key = CameraKeys(camera).told
        self._script = broker.redis.register_script(source("tell"))

    def claim(self, term: int) -> Told | None:
        """Return what was told, and refuse what earlier leaders write; None where a later one was here."""
        return self._run(term)

    def write(self, term: int, told: Told) -> bool:
        """Keep what is told now; return False where it is another's to tell, and nothing was kept.

        Its version is the one that was read, or last written, plus one. A repeat changes nothing.
        """
        return self._run(term, told.version, told.data) is not None

    def _run(self, term: int, *told: int | bytes) -> Told | None:
        with self._broker.errors():
            reply: Any = self._script(keys=[self._key], args=[term, KEPT_MS, *told])
        return Told(int(reply[1]), reply[2]) if reply[0] else None
