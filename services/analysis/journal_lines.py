"""What stands in a journal: records <-> lines of JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from services.analysis.identity import VideoIdentity
from shared.errors import JournalError
from shared.recorded import FAILURES, RecordedResult

VERSION = 1
"""Of the journal's form."""

ANY_BYTES = "surrogateescape"
"""So that bytes that are no text come back as they were."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a journal's results depend on: its first line.

    Attributes:
        video: what was read.
        every: each frame whose number is a multiple of it was offered.
        settings: all else that the results depend on, by name: the model's hash, the labels, the detector,
            the program's version.
    """

    video: VideoIdentity
    every: int
    settings: Mapping[str, str] = field(default_factory=dict)

    def difference(self, other: "Header") -> str:
        """Return in what another one differs, in words; empty where it does not."""
        if not self.video.is_same(other.video):
            return f"of another video, {self.video.name} of {self.video.size} bytes"
        mine, others = ({"--every": str(one.every), **one.settings} for one in (self, other))
        for name in sorted(mine.keys() | others.keys()):
            if mine.get(name) != others.get(name):
                return f"of another {name}: {mine.get(name, 'none')}, not {others.get(name, 'none')}"
        return ""


@dataclass(frozen=True, slots=True)
class End:
    """The last line of a journal that is whole.

    Attributes:
        frames: how many frames were offered, in all.
        ended_early: why the video was not read to its end; empty where it was.
        report: what its reader said of the video at the end, by name; empty where it could not.
        workers: how many workers were there at once; None where that is not known.
        took_s: seconds for the frames; where it was gone on with, for the last part.
    """

    frames: int
    ended_early: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    workers: int | None = None
    took_s: float = 0.0


Record = Header | RecordedResult | End


def encode_line(record: Record) -> bytes:
    """Return a record as one line, its end included."""
    if isinstance(record, Header):
        value: object = {"journal": VERSION, **asdict(record)}
    elif isinstance(record, End):
        value = asdict(record)
    else:
        one = record
        value = [one.index, one.t, one.width, one.height, one.failure, one.tries, one.worker]
        value.append(one.observation.decode(errors=ANY_BYTES))
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def decode_line(line: bytes) -> Record | None:
    """Return the record of a line; None where it is not whole, as the last one after a crash.

    Raises:
        JournalError: the journal was written by another version of this program.
    """
    if not line.endswith(b"\n"):
        return None
    try:
        value = json.loads(line)
        return _result(value) if isinstance(value, list) else _header_or_end(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _header_or_end(value: dict[str, Any]) -> Header | End:
    if "frames" in value:
        return _end(value)
    if value["journal"] != VERSION:
        raise JournalError(f"it is of version {value['journal']}, and this program reads version {VERSION}")
    settings = {str(name): str(setting) for name, setting in value["settings"].items()}
    return Header(VideoIdentity(**value["video"]), _natural(value["every"]), settings)


def _end(value: Mapping[str, Any]) -> End:
    workers = value.get("workers")
    return End(
        _natural(value["frames"]),
        str(value["ended_early"]),
        dict(value.get("report", {})),
        None if workers is None else _natural(workers),
        float(value.get("took_s", 0.0)),
    )


def _result(value: list[Any]) -> RecordedResult:
    index, t, width, height, failure, tries, worker, observation = value
    if failure not in FAILURES:
        raise ValueError(failure)
    return RecordedResult(
        _natural(index),
        _natural(t),
        _natural(width),
        _natural(height),
        observation.encode(errors=ANY_BYTES),
        failure,
        _natural(tries),
        str(worker),
    )


def _natural(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"no natural number: {value!r:.40}")
    return value
