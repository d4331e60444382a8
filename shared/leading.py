"""Which of several replicas leads: the others wait until it falls silent."""

from shared.broker import Broker
from shared.scripts import source

LASTS_MS = 3_000
"""A leader that is silent for longer is succeeded."""


class Lead:
    """The lead of one service, as one replica sees it.

    Every method raises a `BrokerError` where the broker is away or refuses.

    Args:
        broker: knows who leads.
        key: of the service.
        replica: this process's id, which no other has.
        lasts_ms: how long the lead lasts if it is not taken again.
    """

    def __init__(self, broker: Broker, key: str, replica: str, *, lasts_ms: int = LASTS_MS) -> None:
        self._broker = broker
        self._key = key
        self._replica = replica
        self._lasts_ms = lasts_ms
        self._script = broker.redis.register_script(source("lead"))

    def take(self) -> int:
        """Take or keep the lead; return the term, which is larger with each new leader; 0: another leads."""
        return self._run(self._lasts_ms)

    def give_up(self) -> None:
        """Let another lead; nothing where one does."""
        self._run(0)

    def _run(self, lasts_ms: int) -> int:
        with self._broker.errors():
            return int(self._script(keys=[self._key], args=[self._replica, lasts_ms]))
