"""The results of the last half minute, without pictures: for readers that come back, and for the rates."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from services.web.live.pace import Pace
from services.web.picture import Picture
from shared.entities import without_pictures
from shared.entries import entry_order

KEPT_S = 30.0
"""Longer than a browser takes to come back, and than a service takes to start again."""

RATE_OVER_S = 3.0
"""Results a second are counted over so long: short enough to say soon that nothing comes any longer."""

SHARE = 0.95


class Recent:
    """Remembers what was shown of one camera.

    Args:
        clock: this process's, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: deque[Picture] = deque()

    def add(self, picture: Picture) -> None:
        """Remember a result, newer than those before; what is too old is forgotten."""
        if self._kept and _order(picture) <= _order(self._kept[-1]):
            # The order itself began again: what went before stands nowhere in it.
            self._kept.clear()
        self._kept.append(replace(picture, result=without_pictures(picture.result), part=b""))
        while self._kept[0].arrived < picture.arrived - KEPT_S:
            self._kept.popleft()

    def after(self, last_id: str) -> list[Picture] | None:
        """Return the results behind that of a frame's entry id; None where it is too old for that.

        Raises:
            EntryError: it is no entry id.
        """
        last, kept = entry_order(last_id), list(self._kept)
        if not kept or _order(kept[0]) > last:
            return None
        return [picture for picture in kept if _order(picture) > last]

    def rate(self) -> float:
        """Return the results a second of the last `RATE_OVER_S` seconds."""
        since = self._clock() - RATE_OVER_S
        return sum(picture.arrived > since for picture in list(self._kept)) / RATE_OVER_S

    def age_p95_ms(self) -> float | None:
        """Return the age, since its capture, that 95 % of the results did not exceed when they came."""
        ages = sorted(picture.latency_ns for picture in list(self._kept))
        return ages[math.ceil(SHARE * len(ages)) - 1] / 1e6 if ages else None


def thinned(pictures: list[Picture], rate: float) -> list[Picture]:
    """Return at most `rate` results for each second in which they came, the newest among them."""
    if not pictures:
        return []
    # The same as when they are new, backwards.
    kept, pace = [], Pace(rate, -pictures[-1].arrived)
    for picture in reversed(pictures):
        if pace.wait_s(-picture.arrived) == 0:
            pace.went(-picture.arrived)
            kept.append(picture)
    return kept[::-1]


def _order(picture: Picture) -> tuple[int, int]:
    return entry_order(picture.result.frame)
