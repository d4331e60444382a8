"""No picture is shown that is less private than this service was told, whatever its worker was told."""

import logging
from collections.abc import Callable
from dataclasses import replace

from shared.entities import Privacy, Result, without_pictures
from shared.logs import Seldom

log = logging.getLogger(__name__)


class Floor:
    """Takes the picture out of results that are less private than `MIEN_PRIVACY` of this service.

    One worker that was started without the setting, or with the old one, would else undo it for everybody.

    Args:
        least: the least privacy of a picture that is shown.
        withheld: is told the camera of each picture that is not.
    """

    def __init__(self, least: Privacy, withheld: Callable[[str], None]) -> None:
        self._least = least
        self._withheld = withheld
        self._seldom = Seldom(log)

    def applied(self, camera: str, result: Result) -> Result:
        """Return a result as it may be shown: the very same, or with its numbers only."""
        if self._least.allows(result.privacy):
            return result
        self._withheld(camera)
        self._seldom.warning(
            "camera %s: a picture of worker %s is withheld: there MIEN_PRIVACY is %s, here it is %s",
            camera,
            result.worker,
            result.privacy.value,
            self._least.value,
            about=camera,
        )
        return replace(without_pictures(result), privacy=Privacy.NUMBERS)
