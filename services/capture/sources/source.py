"""What every source of pictures can do."""

from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from services.capture.picture import BgrImage, Picture

P = TypeVar("P", bound=Picture)
P_co = TypeVar("P_co", bound=Picture, covariant=True)


class SourceOf(Protocol[P_co]):
    """Pictures in the order and at the pace of a camera; used from one thread at a time."""

    @property
    def fps(self) -> float | None:
        """Pictures a second that the source means to give; None where it doesn't say."""

    def read(self) -> P_co:
        """Wait until the next picture is due and return it, the caller's to keep.

        Raises:
            SourceError: the source is lost; reading on is useless, opening it again may help.
        """

    def close(self) -> None:
        """Give the device, file or connection back; may be called twice."""


@runtime_checkable
class Granting(Protocol):
    """A source that does not have to give what it is asked for."""

    @property
    def granted(self) -> str:
        """What it gives and what it was asked for, in words."""


@runtime_checkable
class Lossy(Protocol):
    """A source that passes over pictures that cannot be decoded, and counts them."""

    @property
    def broken(self) -> int:
        """How many it passed over so far; may be asked for from another thread."""


@runtime_checkable
class PolledSource(SourceOf[Picture], Protocol):
    """A source that never has to be waited for: it says when there is something to read."""

    def poll(self, timeout_s: float) -> bool:
        """Wait until something comes, or the source is lost; return whether it did within `timeout_s`."""

    def next(self) -> Picture | None:
        """Return the next picture that has come as a whole; None where no other has. It does not wait.

        Raises:
            SourceError: the source is lost, as for `read`.
        """


Source: TypeAlias = SourceOf[Picture]

PixelSource: TypeAlias = SourceOf[BgrImage]
