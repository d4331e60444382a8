"""Whether this replica is the one that notifies."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from services.notify import metrics
from shared.errors import BrokerError
from shared.leading import LASTS_MS, Lead

log = logging.getLogger(__name__)

TAKE_EVERY_S = 0.5
"""How often the lead is taken again, or tried for: six times before it is lost."""


class Leadership:
    """The lead, as this process knows it.

    Args:
        lead: asks the broker.
        on_change: called with whether this replica leads now.
        clock: this process's, in seconds.
    """

    def __init__(
        self, lead: Lead, on_change: Callable[[bool], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._term: int | None = None
        self._until = 0.0
        self._lead = lead
        self._on_change = on_change
        self._clock = clock
        self._waits = False
        # Who watches the clock is another thread than who asks the broker.
        self._changing = Lock()

    @property
    def term(self) -> int | None:
        """The lead's; None while another replica has it, or may have it: the broker was silent too long."""
        return self._term if self._clock() < self._until else None

    def round(self) -> None:
        """Take the lead, or keep it, or see that another has it.

        Raises:
            BrokerError: the broker is away or refuses. Then this replica leads no longer, for another that
                reaches the broker may.
        """
        begun = self._clock()
        try:
            term = self._lead.take() or None
        except BrokerError:
            self.lose()
            raise
        # From before it was asked: the broker's own count began later.
        self._until = begun + LASTS_MS / 1000
        if self._clock() >= self._until:
            self.lapse()
            return
        with self._changing:
            changed = self._change(term)
        if changed:
            log.info("this replica notifies now" if term else "another replica notifies now")
        elif term is None and not self._waits:
            log.info("another replica notifies; this one is ready to take over")
        self._waits = term is None

    def lose(self) -> None:
        """Lead no longer: another that reaches the broker may."""
        with self._changing:
            self._change(None)

    def lapse(self) -> None:
        """Lead no longer where the time of the lead is over: the broker's answer may be long in coming."""
        with self._changing:
            if self.term is None and self._change(None):
                log.warning("the broker does not answer in time; another replica may notify now")

    def end(self) -> None:
        """Let another lead.

        Raises:
            BrokerError: the broker is away or refuses; then the lead is lost in seconds.
        """
        with self._changing:
            led, self._term = self._term is not None, None
        if led:
            self._lead.give_up()

    def _change(self, term: int | None) -> bool:
        """Note the term; return whether this replica begins or ceases to lead."""
        led, self._term = self._term is not None, term
        leads = term is not None
        metrics.LEADING.set(leads)
        if led != leads:
            self._on_change(leads)
        return led != leads
