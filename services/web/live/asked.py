"""What a program asks for in the address: checked, and named where it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.entries import ENTRY_ID
from shared.errors import MienError
from shared.keys import CAMERA_ID

RATE = (1, 10, 30)
"""Results a second for a reader of events: the least, without a word, the most."""

TILE_FPS = (1, 4, 10)
"""The same of a tile's pictures."""

MOST_CAMERAS = 64
"""Named in one address."""

SHOWN = 40
"""Characters of what is wrong."""


class QueryError(MienError):
    """Raised when a parameter of an address, or a header, is wrong; names it."""


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """How a reader wants its events.

    Attributes:
        rate: results a second at most.
        crops: whether faces come with their crops.
        last_id: of the last result that it had; None for one that has just come.
    """

    rate: int
    crops: bool = False
    last_id: str | None = None


def events_asked(args: Mapping[str, str], last_event_id: str | None) -> EventsAsked:
    """Return how a reader wants its events; the header `Last-Event-ID` goes before the parameter.

    Raises:
        QueryError: a parameter is wrong.
    """
    last_id = last_event_id or args.get("last_event_id") or None
    if last_id is not None and ENTRY_ID.fullmatch(last_id) is None:
        raise QueryError(f"last_event_id {last_id[:SHOWN]!r} is no id of an event: MILLISECONDS-NUMBER")
    return EventsAsked(_number(args, "rate", RATE), _flag(args, "crops"), last_id)


@dataclass(frozen=True, slots=True)
class TilesAsked:
    """Which tiles, and how often each.

    Attributes:
        fps: pictures a second of each camera at most.
        cameras: their ids; None for all that there are.
    """

    fps: int
    cameras: tuple[str, ...] | None = None


def tiles_asked(args: Mapping[str, str]) -> TilesAsked:
    """Return which tiles are wanted.

    Raises:
        QueryError: a parameter is wrong.
    """
    return TilesAsked(_number(args, "fps", TILE_FPS), _cameras(args.get("cameras")))


def _number(args: Mapping[str, str], name: str, bounds: tuple[int, int, int]) -> int:
    least, default, most = bounds
    text = args.get(name)
    if text is None:
        return default
    digits = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not digits or not least <= int(text) <= most:
        raise QueryError(f"{name} {text[:SHOWN]!r} is not a whole number from {least} to {most}")
    return int(text)


def _flag(args: Mapping[str, str], name: str) -> bool:
    text = args.get(name, "0")
    if text not in ("0", "1"):
        raise QueryError(f"{name} {text[:SHOWN]!r} is neither 0 nor 1")
    return text == "1"


def _cameras(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(dict.fromkeys(text.split(",")))
    wrong = next((name for name in names if CAMERA_ID.fullmatch(name) is None), None)
    if wrong is not None:
        raise QueryError(f"cameras: {wrong[:SHOWN]!r} is no camera's id")
    if len(names) > MOST_CAMERAS:
        raise QueryError(f"cameras names {len(names)}; {MOST_CAMERAS} at most")
    return names
