"""The table of faces: its columns, and the rows of a frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from shared.entities import EXPRESSIONS

Type: TypeAlias = Literal["int64", "int32", "float64", "float32", "string"]
Value: TypeAlias = int | float | str | None
Row: TypeAlias = tuple[Value, ...]
"""A value for each of `COLUMNS`, in their order."""

DECIMALS = 6
"""Of each number that is not whole: microseconds, and more of a score than a model knows. Both tables have
the same, so that what is read from one as its column's type equals what is read from the other."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes:
        name: its name.
        type: of its values.
        about: what they are.
        is_empty: whether it may be empty.
    """

    name: str
    type: Type
    about: str
    is_empty: bool = True


COLUMNS = (
    Column("frame", "int64", "the frame's number in the video, from 0", is_empty=False),
    Column("time_s", "float64", "presentation time, seconds from the video's first frame", is_empty=False),
    Column("track", "int64", "the number that a face keeps, from 1"),
    Column("x", "int32", "left edge of the face's box, pixels of the frame as it is shown"),
    Column("y", "int32", "upper edge of the face's box"),
    Column("w", "int32", "width of the face's box"),
    Column("h", "int32", "height of the face's box"),
    Column("expression", "string", "what it shows, or unsure"),
    Column("confidence", "float32", "the score of that expression; of an unsure face, the highest score"),
    *(Column(name, "float32", f"score of {name}, smoothed; the seven sum to 1") for name in EXPRESSIONS),
    Column("reason", "string", "why it is unsure: close, small, dark, blurred or turned"),
    Column("light", "float32", "nine in ten pixels of the face are darker than this, 0 to 255"),
    Column("sharpness", "float32", "how much of the face's contrast is in fine detail"),
    Column("turn", "float32", "how far the head is turned to a side: 0 not at all, 1 half the face hidden"),
    Column("failure", "string", "why nothing is known of the frame: failed or undecodable"),
)
"""One row stands for a face; a frame without a face has one row, in which all about a face is empty."""

NO_FACE: Row = (None,) * (len(COLUMNS) - 3)
"""All columns between the time and the failure."""


def rows_of(frame: ReadFrame) -> Iterator[Row]:
    """Yield the rows of a frame: one for each face, the largest first, or one that has none."""
    failure = frame.failure or None
    for values in map(_values, frame.faces) if frame.faces else (NO_FACE,):
        yield (frame.index, rounded(frame.t / SECOND), *values, failure)


def rounded(number: float) -> float:
    """Return a number as it stands in the tables."""
    return round(number, DECIMALS)


def _values(found: ReadFace) -> Row:
    face, quality = found.face, found.quality
    numbers = (rounded(number) for number in (quality.light, quality.sharpness, quality.turn))
    return (
        face.track,
        *face.box,
        face.expression,
        rounded(face.confidence),
        *(rounded(face.scores[name]) for name in EXPRESSIONS),
        face.reason,
        *numbers,
    )
