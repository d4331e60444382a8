"""The account of one camera's frames: every frame captured is somewhere, or was lost for a named cause."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.broker import Broker
from shared.entities import Cause
from shared.entries import Fields
from shared.keys import CameraKeys


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a camera's frames in this life of the broker, all numbers of one moment.

    Attributes:
        captured: frames that capture has published.
        published: frames whose result has been published.
        lost: frames by the cause of their loss.
        pending: frames that a worker has taken and not finished.
        waiting: frames that no worker has taken.
    """

    captured: int
    published: int
    lost: Mapping[Cause, int]
    pending: int
    waiting: int

    @property
    def difference(self) -> int:
        """Captured frames that are nowhere; 0, or something is wrong."""
        return self.captured - self.published - sum(self.lost.values()) - self.pending - self.waiting


def read_account(broker: Broker, camera: str) -> Account:
    """Return a camera's account.

    Raises:
        BrokerError: the broker is away or refuses.
    """
    keys = CameraKeys(camera)
    with broker.errors(), broker.redis.pipeline(transaction=True) as pipeline:
        pipeline.hgetall(keys.counters)
        pipeline.hgetall(keys.ledger)
        counters, ledger = pipeline.execute()
    return account_of(counters, ledger)


def account_of(counters: Fields, ledger: Fields) -> Account:
    """Return the account that the two hashes hold."""
    return Account(
        captured=int(counters.get(b"captured", 0)),
        published=int(counters.get(b"published", 0)),
        lost={cause: int(counters.get(cause.value.encode(), 0)) for cause in Cause},
        pending=int(ledger.get(b"pending", 0)),
        waiting=int(ledger.get(b"waiting", 0)),
    )
