"""The metric series of cameras, which end with them: each browser is a camera that never comes back."""

from collections.abc import Callable, Iterable

KEPT_S = 120.0
"""For so long after a camera was last on the list: by then its last numbers were collected, and one whose
capture restarts has come back."""


class CameraSeries:
    """Remembers which cameras have series here.

    Args:
        remove: takes a camera's series away.
    """

    def __init__(self, remove: Callable[[str], None]) -> None:
        self._remove = remove
        self._seen_at: dict[str, float] = {}

    def seen(self, cameras: Iterable[str], now: float) -> None:
        """Note which cameras there are, at a time in seconds; those that were not seen for `KEPT_S` end."""
        self._seen_at.update(dict.fromkeys(cameras, now))
        for camera in [camera for camera, at in self._seen_at.items() if now - at > KEPT_S]:
            del self._seen_at[camera]
            self._remove(camera)
