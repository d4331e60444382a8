"""What one frame shows, before it is known whose faces these are."""

from dataclasses import dataclass, field

from services.inference.honesty import SURE
from services.inference.quality import Quality
from services.inference.tracks import Seven
from shared.entities import Box


@dataclass(frozen=True, slots=True)
class Seen:
    """A face in one frame.

    Attributes:
        box: where it is, in pixels of the frame, within it.
        scores: the model's probabilities of this one picture.
        quality: what can be told of the picture.
        crop: the picture, as the model saw it: 48 rows of 48 grey pixels; None where it is not known.
    """

    box: Box
    scores: Seven
    quality: Quality
    crop: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one frame shows.

    Attributes:
        t: captured at, Unix ns on the broker's clock.
        seen: its faces, the largest first.
        searched: whether all of it was searched; else only the surroundings of the faces expected.
        size: its width and height, in pixels.
        sure: the highest score from which an expression is named.
        unread: places of more faces, the largest first, whose expressions were not read in this one.
    """

    t: int
    seen: tuple[Seen, ...]
    searched: bool
    size: tuple[int, int]
    sure: float = SURE
    unread: tuple[Box, ...] = ()

    @property
    def boxes(self) -> list[Box]:
        """Where its faces are: those that were read, then the others."""
        return [*(one.box for one in self.seen), *self.unread]

    @property
    def crops(self) -> list[bytes | None]:
        """What the model saw of each of `boxes`; None where it was not read."""
        return [*(one.crop for one in self.seen), *(None for _ in self.unread)]
