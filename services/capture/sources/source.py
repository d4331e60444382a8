"""What every source of pictures can do."""

from typing import Protocol

from services.capture.picture import BgrImage


class Source(Protocol):
    """Pictures in the order and at the pace of a camera; used from one thread at a time."""

    @property
    def fps(self) -> float | None:
        """Pictures a second that the source means to give; None where it doesn't say."""

    def read(self) -> BgrImage:
        """Wait until the next picture is due and return it, uint8 [H, W, 3], the caller's to keep.

        Raises:
            SourceError: the source is lost; reading on is useless, opening it again may help.
        """

    def close(self) -> None:
        """Give the device, file or connection back; may be called twice."""
