"""The records of a recording that is read whole, and their codec: entity <-> the fields of a stream entry."""

from dataclasses import dataclass, field

from shared.entities import Cause
from shared.entries import LARGEST, SHOWN_BYTES, Fields
from shared.errors import EntryError

VERSION = 1
"""The schema's version, in every entry as `v`; a reader refuses any other."""

FAILURES = ("", Cause.FAILED.value, Cause.UNDECODABLE.value)
"""Of a result; the first is none."""


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """One picture of a recording.

    Attributes:
        index: the frame's number in the video, from 0, in presentation order; where only every nth frame is
            read, 0, n, 2n and so on.
        t: presentation time, nanoseconds from the video's first frame.
        width: in pixels, as it is shown: rotated where the video says so.
        height: in pixels, as it is shown.
        jpeg: the picture.
    """

    index: int
    t: int
    width: int
    height: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """What became of a frame: there is one for each that was offered, in the order of their completion.

    Attributes:
        index: the frame's.
        t: the frame's.
        width: the frame's.
        height: the frame's.
        observation: what it shows, as `services.inference.observed` writes it; empty where it failed.
        failure: one of `FAILURES`: empty; `failed` where a worker raised an error, or one after another
            fell silent over it; `undecodable` where the entry or the JPEG could not be decoded.
        tries: how many workers took it.
        worker: who did it; where it failed, who had it last.
    """

    index: int
    t: int
    width: int
    height: int
    observation: bytes = field(repr=False)
    failure: str
    tries: int
    worker: str


@dataclass(frozen=True, slots=True)
class RecordingEnd:
    """The publisher's last word; frames that it offered before may still be in work.

    Attributes:
        frames: how many frames the publisher offered.
        ended_early: why it stopped before the end of the video, in one line; empty where it did not.
    """

    frames: int
    ended_early: str = ""


def recorded_fields(frame: RecordedFrame) -> dict[str, str | bytes]:
    """Return the fields of a frame's entry."""
    return {
        "v": str(VERSION),
        "index": str(frame.index),
        "t": str(frame.t),
        "w": str(frame.width),
        "h": str(frame.height),
        "jpeg": frame.jpeg,
    }


def decode_recorded(fields: Fields) -> RecordedFrame:
    """Return the frame that an entry holds.

    Raises:
        EntryError: a field is missing or wrong, or the entry is of another version.
    """
    _check_version(fields)
    return RecordedFrame(*_about(fields), jpeg=_raw(fields, "jpeg"))


def decode_recorded_result(fields: Fields) -> RecordedResult | RecordingEnd:
    """Return the result that an entry holds, or the publisher's last word.

    Raises:
        EntryError: a field is missing or wrong, or the entry is of another version.
    """
    _check_version(fields)
    if b"frames" in fields:
        return RecordingEnd(_natural(fields, "frames"), _text(fields, "ended_early"))
    failure = _text(fields, "failure")
    if failure not in FAILURES:
        raise EntryError(
            f"entry field 'failure' is none of {', '.join(filter(None, FAILURES))}: {failure!r:.40}"
        )
    return RecordedResult(
        *_about(fields),
        observation=b"" if failure else _raw(fields, "observation"),
        failure=failure,
        tries=_natural(fields, "tries"),
        worker=_text(fields, "worker"),
    )


def _about(fields: Fields) -> tuple[int, int, int, int]:
    index, t, width, height = (_natural(fields, name) for name in ("index", "t", "w", "h"))
    return index, t, width, height


def _check_version(fields: Fields) -> None:
    version = _natural(fields, "v")
    if version != VERSION:
        raise EntryError(
            f"entry field 'v': it is of schema version {version}; this program reads version {VERSION}"
        )


def _natural(fields: Fields, name: str) -> int:
    raw = _raw(fields, name)
    if not raw.isdigit() or len(raw) > len(str(LARGEST)) or int(raw) > LARGEST:
        raise EntryError(f"entry field {name!r} is no natural number of 63 bits: {raw[:SHOWN_BYTES]!r}")
    return int(raw)


def _text(fields: Fields, name: str) -> str:
    return _raw(fields, name, least=0).decode(errors="replace")


def _raw(fields: Fields, name: str, *, least: int = 1) -> bytes:
    raw = fields.get(name.encode())
    if raw is None:
        raise EntryError(f"entry without field {name!r}")
    if len(raw) < least:
        raise EntryError(f"entry field {name!r} is empty")
    return raw
