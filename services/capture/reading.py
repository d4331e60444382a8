"""What a camera takes its pictures from, whichever thread reads them."""

from dataclasses import dataclass
from typing import Protocol

from services.capture.picture import Picture


@dataclass(frozen=True, eq=False, slots=True)
class Captured:
    """One picture as it came from its source.

    Attributes:
        picture: itself.
        captured_ns: `time.monotonic_ns()` when the source gave it.
    """

    picture: Picture
    captured_ns: int


class Reader(Protocol):
    """Gives a source's newest picture, so that whoever takes them never gets old ones; owns the source."""

    @property
    def holds_source(self) -> bool:
        """Whether the source is still open."""

    @property
    def replaced(self) -> int:
        """Pictures that gave way to a newer one before anybody took them."""

    def take(self, timeout: float) -> Captured | None:
        """Return the newest picture that was not taken yet; wait up to `timeout` seconds for one.

        None if none came in time, or after `stop`.

        Raises:
            SourceError: the source is lost, and its last picture was taken.
        """

    def stop(self, patience_s: float = 1.0) -> bool:
        """Stop reading; True if the source was closed within `patience_s`, else it is left to its thread."""
