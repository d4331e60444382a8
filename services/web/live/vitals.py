"""What the broker says of a camera beside its results."""

from dataclasses import dataclass

from shared.counters import Account


@dataclass(frozen=True, slots=True)
class Vitals:
    """A camera's numbers.

    Attributes:
        account: what became of its frames; None until the broker has said it.
        viewers: how many look at it, over all web processes.
    """

    account: Account | None = None
    viewers: int = 0
