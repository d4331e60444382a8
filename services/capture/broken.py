"""Counts the pictures that a camera's source passed over because they could not be decoded."""

import logging
from collections.abc import Callable

from services.capture.sources import Source
from services.capture.sources.source import Lossy
from shared.logs import Seldom

_seldom = Seldom(logging.getLogger(__name__))


class BrokenPictures:
    """Those of one camera's source, from its opening to its loss.

    Args:
        camera: its id.
        source: one that passes over none is left alone.
        noted: takes how many there were since the last time.
    """

    def __init__(self, camera: str, source: Source, noted: Callable[[int], None]) -> None:
        self._camera = camera
        self._noted = noted
        self._source = source if isinstance(source, Lossy) else None
        self._counted = 0

    def count(self) -> None:
        """Count those that came since the last call."""
        if self._source is None:
            return
        broken = self._source.broken
        if broken > self._counted:
            self._noted(broken - self._counted)
            self._counted = broken
            message = "camera %s gives pictures that cannot be decoded"
            _seldom.warning(message, self._camera, about=self._camera)
