"""Whether a face can be read at all: too small, too dark, too blurred, turned too far away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """What can be told of a face's picture.

    Attributes:
        side: of its box, in pixels of the frame: the shorter one.
        light: how bright it is, 0 to 255.
        sharpness: how much of its contrast is in fine detail.
        turn: how different its left and right half are.
    """

    side: float
    light: float
    sharpness: float
    turn: float
