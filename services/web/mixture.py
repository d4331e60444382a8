"""Notices workers that do not agree on what may leave them."""

import logging
from collections.abc import Sequence

from shared.entities import Privacy
from shared.registry import Worker

log = logging.getLogger(__name__)


class Mixture:
    """Says once that the workers differ in their privacy, and again when they differ in another way."""

    def __init__(self) -> None:
        self._said: frozenset[Privacy] = frozenset()

    def look(self, workers: Sequence[Worker]) -> None:
        """Look at the workers that are there; those that do not say are passed over."""
        found = frozenset(worker.privacy for worker in workers if worker.privacy is not None)
        if len(found) > 1 and found != self._said:
            log.warning("the workers do not agree on MIEN_PRIVACY: %s", _listed(workers, found))
        self._said = found


def _listed(workers: Sequence[Worker], found: frozenset[Privacy]) -> str:
    by_value = {
        privacy.value: [worker.id for worker in workers if worker.privacy is privacy]
        for privacy in Privacy
        if privacy in found
    }
    return "; ".join(f"{value}: {', '.join(names)}" for value, names in by_value.items())
