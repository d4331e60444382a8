"""What the broker says of a camera beside its results."""

from dataclasses import dataclass, field

from shared.counters import Account

NOTHING = Account(captured=0, published=0, lost={}, pending=0, waiting=0)


@dataclass(frozen=True, slots=True)
class Vitals:
    """A camera's numbers.

    Attributes:
        account: what became of its frames.
        viewers: how many look at it, over all web processes.
    """

    account: Account = field(default=NOTHING)
    viewers: int = 0
