"""The codec: entity <-> the fields of a stream entry or a hash.

Whatever comes in is checked here, once, at the edge: bad input is an `EntryError` that names the field.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from shared.entities import EXPRESSIONS, Box, CameraState, CameraStatus, Face, Frame, Result
from shared.errors import EntryError

VERSION = 1
"""The schema's version, in every entry as `v`. A reader refuses any other."""

SHOWN_BYTES = 40
"""Of a wrong field, in the error's line."""

Fields = Mapping[bytes, bytes]
"""What redis-py returns for an entry: names and values as bytes."""

_T = TypeVar("_T")


def frame_fields(frame: Frame) -> dict[str, str | bytes]:
    """Return the fields of a frame's entry."""
    return {
        "v": str(VERSION),
        "seq": str(frame.seq),
        "t": str(frame.t),
        "w": str(frame.width),
        "h": str(frame.height),
        "mirror": "1" if frame.mirror else "0",
        "jpeg": frame.jpeg,
    }


def decode_frame(fields: Fields) -> Frame:
    """Return the frame that an entry holds.

    Raises:
        EntryError: a field is missing or wrong, or the entry is of another version.
    """
    _check_version(fields)
    return Frame(
        seq=_read(fields, "seq", _natural),
        t=_read(fields, "t", _natural),
        width=_read(fields, "w", _natural),
        height=_read(fields, "h", _natural),
        mirror=_read(fields, "mirror", _flag),
        jpeg=_read(fields, "jpeg", _not_empty),
    )


def result_fields(result: Result) -> dict[str, str | bytes]:
    """Return the fields of a result's entry, but for `n`, which the broker adds."""
    return {
        "v": str(VERSION),
        "seq": str(result.seq),
        "t": str(result.t),
        "frame": result.frame,
        "worker": result.worker,
        "timings": json.dumps({stage: round(ms, 3) for stage, ms in result.timings.items()}),
        "faces": faces_json(result.faces),
        "jpeg": result.jpeg,
    }


def decode_result(fields: Fields) -> Result:
    """Return the result that an entry holds.

    Raises:
        EntryError: a field is missing or wrong, or the entry is of another version.
    """
    _check_version(fields)
    return Result(
        seq=_read(fields, "seq", _natural),
        t=_read(fields, "t", _natural),
        frame=_read(fields, "frame", _entry_id),
        worker=_read(fields, "worker", _text),
        timings=_read(fields, "timings", _timings),
        faces=_read(fields, "faces", decode_faces),
        jpeg=_read(fields, "jpeg", _not_empty),
        n=_read(fields, "n", _natural),
    )


def face_dict(face: Face) -> dict[str, Any]:
    """Return a face as the public interface shows it; scores have four digits."""
    return {
        "track": face.track,
        "box": list(face.box),
        "expression": face.expression,
        "confidence": round(face.confidence, 4),
        "scores": {name: round(score, 4) for name, score in face.scores.items()},
    }


def faces_json(faces: tuple[Face, ...]) -> str:
    """Return faces as the JSON list that entries carry."""
    return json.dumps([face_dict(face) for face in faces], separators=(",", ":"))


def decode_faces(raw: bytes) -> tuple[Face, ...]:
    """Return the faces of a JSON list.

    Raises:
        ValueError: it is no list of faces.
    """
    rows = json.loads(raw)
    if not isinstance(rows, list):
        raise TypeError("not a list")
    return tuple(_face(row) for row in rows)


def status_fields(status: CameraStatus) -> dict[str, str]:
    """Return the fields of a camera's status hash."""
    return {
        "v": str(VERSION),
        "state": status.state.value,
        "source": status.source,
        "width": str(status.width),
        "height": str(status.height),
        "fps": f"{status.fps:.2f}",
        "delivery": status.delivery,
        "error": status.error,
        "replaced": str(status.replaced),
    }


def decode_status(fields: Fields) -> CameraStatus:
    """Return the status that a hash holds.

    Raises:
        EntryError: a field is missing or wrong, or the hash is of another version.
    """
    _check_version(fields)
    return CameraStatus(
        state=_read(fields, "state", lambda raw: CameraState(_text(raw))),
        source=_read(fields, "source", _text),
        width=_read(fields, "width", _natural),
        height=_read(fields, "height", _natural),
        fps=_read(fields, "fps", float),
        delivery=_read(fields, "delivery", _text),
        error=_read(fields, "error", _text),
        replaced=_read(fields, "replaced", _natural),
    )


def entry_order(entry_id: str) -> tuple[int, int]:
    """Return an entry id, `MILLISECONDS-NUMBER`, as something that sorts.

    Raises:
        EntryError: it is no entry id.
    """
    ms, _, number = entry_id.partition("-")
    if not (ms.isdecimal() and number.isdecimal()):
        raise EntryError(f"{entry_id[:40]!r} is no entry id")
    return int(ms), int(number)


def _read(fields: Fields, name: str, parse: Callable[[bytes], _T]) -> _T:
    raw = fields.get(name.encode())
    if raw is None:
        raise EntryError(f"entry without field {name!r}")
    try:
        return parse(raw)
    except (ValueError, TypeError, KeyError, EntryError) as error:
        raise EntryError(f"entry field {name!r} is wrong: {_short(raw)} ({error})") from error


def _check_version(fields: Fields) -> None:
    version = _read(fields, "v", _natural)
    if version != VERSION:
        raise EntryError(f"entry of schema version {version}; this service reads version {VERSION}")


def _natural(raw: bytes) -> int:
    if not raw.isdigit() or len(raw) > len(str(2**63)):
        raise ValueError("not a natural number")
    return int(raw)


def _flag(raw: bytes) -> bool:
    if raw not in (b"0", b"1"):
        raise ValueError("neither 0 nor 1")
    return raw == b"1"


def _not_empty(raw: bytes) -> bytes:
    if not raw:
        raise ValueError("empty")
    return raw


def _text(raw: bytes) -> str:
    return raw.decode()


def _entry_id(raw: bytes) -> str:
    entry_order(raw.decode())
    return raw.decode()


def _timings(raw: bytes) -> dict[str, float]:
    return {str(stage): float(ms) for stage, ms in json.loads(raw).items()}


def _face(row: dict[str, Any]) -> Face:
    if row["expression"] not in EXPRESSIONS:
        raise ValueError(f"unknown expression {row['expression']!r}")
    return Face(
        box=Box(*(int(side) for side in row["box"])),
        expression=row["expression"],
        confidence=float(row["confidence"]),
        scores={name: float(row["scores"][name]) for name in EXPRESSIONS},
        track=None if row["track"] is None else int(row["track"]),
    )


def _short(raw: bytes) -> str:
    return repr(raw[:SHOWN_BYTES])[1:] + ("..." if len(raw) > SHOWN_BYTES else "")
