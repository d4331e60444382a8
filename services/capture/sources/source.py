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
    """A source that need not be waited for: it says when something comes, and takes it in without a wait."""

    @property
    def passed_over(self) -> int:
        """Pictures that gave way to a newer one that had come as well."""

    @property
    def has_begun(self) -> bool:
        """Whether the beginning of a picture was taken in, and its end was not."""

    def poll(self, timeout_s: float) -> bool:
        """Wait until something comes, or the source is lost; return whether it did within `timeout_s`."""

    def collect(self) -> bool:
        """Take in what came next, without a wait; return whether more may have come.

        Raises:
            SourceError: the source is lost, as for `read`; `newest` gives what came before.
        """

    def newest(self) -> Picture | None:
        """Return the newest picture of what was taken in; None where there is none since the last call.

        Raises:
            SourceError: it gives no pictures that can be decoded, as for `read`.
        """


Source: TypeAlias = SourceOf[Picture]

PixelSource: TypeAlias = SourceOf[BgrImage]
