"""The codec: entity <-> the fields of a stream entry or a hash.

Whatever comes in is checked here, once, at the edge: bad input is an `EntryError` that names the field.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from shared.crops import crops_bytes, with_crops
from shared.entities import (
    EXPRESSIONS,
    LABELS,
    NEUTRAL_STATES,
    REASONS,
    UNSURE,
    Box,
    CameraState,
    CameraStatus,
    Face,
    Frame,
    Labels,
    Privacy,
    Result,
)
from shared.errors import EntryError

VERSION = 3
"""The schema's version, in every entry as `v`. A reader refuses any other: frames of version 2 did not say
what may leave a worker, results of version 1 what had left it, and nobody is to guess that."""

SHOWN_BYTES = 40
"""Of a wrong field, in the error's line."""

LONGEST_REASON = 80
"""Characters of what is wrong with it: a parser may repeat its whole input."""

LARGEST = 2**63 - 1
"""What fits into the 64 bits that other languages have for an integer."""

ENTRY_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")

FACE_KEYS = (
    "track",
    "box",
    "expression",
    "confidence",
    "scores",
    "reason",
    "candidates",
    "neutral",
)
"""Of a face's JSON, all of them always there."""

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
        "privacy": frame.privacy.value,
        "labels": frame.labels or "",
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
        privacy=_read(fields, "privacy", _privacy),
        labels=_read(fields, "labels", _labels),
    )


def result_fields(result: Result) -> dict[str, str | bytes]:
    """Return the fields of a result's entry, but for `n`, which the broker adds.

    Without a picture there is no `jpeg`. `crops` is there where faces have theirs and privacy is off.
    """
    fields: dict[str, str | bytes] = {
        "v": str(VERSION),
        "seq": str(result.seq),
        "t": str(result.t),
        "frame": result.frame,
        "worker": result.worker,
        "timings": json.dumps({stage: round(ms, 3) for stage, ms in result.timings.items()}),
        "faces": faces_json(result.faces),
        "privacy": result.privacy.value,
    }
    if result.jpeg:
        fields["jpeg"] = result.jpeg
    if result.privacy is Privacy.OFF and any(face.crop for face in result.faces):
        fields["crops"] = crops_bytes(result.faces)
    return fields


def decode_result(fields: Fields) -> Result:
    """Return the result that an entry holds.

    Raises:
        EntryError: a field is missing or wrong, or the entry is of another version.
    """
    _check_version(fields)
    privacy = _read(fields, "privacy", _privacy)
    return Result(
        seq=_read(fields, "seq", _natural),
        t=_read(fields, "t", _natural),
        frame=_read(fields, "frame", _entry_id),
        worker=_read(fields, "worker", _text),
        timings=_read(fields, "timings", _timings),
        faces=_faces(fields, privacy),
        jpeg=_no_picture(fields) if privacy is Privacy.NUMBERS else _read(fields, "jpeg", _not_empty),
        n=_read(fields, "n", _natural),
        privacy=privacy,
    )


def face_dict(face: Face) -> dict[str, Any]:
    """Return a face as the public interface shows it; scores have four digits."""
    return {
        "track": face.track,
        "box": list(face.box),
        "expression": face.expression,
        "confidence": round(face.confidence, 4),
        "scores": {name: round(score, 4) for name, score in face.scores.items()},
        "reason": face.reason,
        "candidates": list(face.candidates),
        "neutral": face.neutral,
    }


def faces_json(faces: tuple[Face, ...]) -> str:
    """Return faces as the JSON list that entries carry.

    Raises:
        ValueError: a number is not finite, which JSON cannot say.
    """
    return json.dumps([face_dict(face) for face in faces], separators=(",", ":"), allow_nan=False)


def decode_faces(raw: bytes) -> tuple[Face, ...]:
    """Return the faces of a JSON list.

    Raises:
        ValueError: it is no list of faces.
    """
    return tuple(_face(row) for row in _json(raw, list))


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
        "granted": status.granted,
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
        fps=_read(fields, "fps", _decimal),
        delivery=_read(fields, "delivery", _text),
        error=_read(fields, "error", _text),
        replaced=_read(fields, "replaced", _natural),
        granted=_read(fields, "granted", _text),
    )


def entry_order(entry_id: str) -> tuple[int, int]:
    """Return an entry id, `MILLISECONDS-NUMBER`, as something that sorts.

    Raises:
        EntryError: it is no entry id.
    """
    match = ENTRY_ID.fullmatch(entry_id)
    if match is None:
        raise EntryError(f"{entry_id[:SHOWN_BYTES]!r} is no entry id")
    return int(match[1]), int(match[2])


def _read(fields: Fields, name: str, parse: Callable[[bytes], _T]) -> _T:
    raw = fields.get(name.encode())
    if raw is None:
        raise EntryError(f"entry without field {name!r}")
    try:
        return parse(raw)
    except (ValueError, EntryError) as error:
        reason = str(error)[:LONGEST_REASON]
        raise EntryError(f"entry field {name!r} is wrong: {_short(raw)} ({reason})") from error


def _check_version(fields: Fields) -> None:
    version = _read(fields, "v", _natural)
    if version != VERSION:
        raise EntryError(
            f"entry field 'v': it is of schema version {version}; this service reads version {VERSION}"
        )


def _natural(raw: bytes) -> int:
    if not raw.isdigit() or len(raw) > len(str(LARGEST)) or int(raw) > LARGEST:
        raise ValueError("not a natural number of 63 bits")
    return int(raw)


def _decimal(raw: bytes) -> float:
    if re.fullmatch(rb"[0-9]{1,9}(\.[0-9]{1,9})?", raw) is None:
        raise ValueError("not a decimal number")
    return float(raw)


def _flag(raw: bytes) -> bool:
    if raw not in (b"0", b"1"):
        raise ValueError("neither 0 nor 1")
    return raw == b"1"


def _not_empty(raw: bytes) -> bytes:
    if not raw:
        raise ValueError("empty")
    return raw


def _no_picture(fields: Fields) -> bytes:
    # Nobody is to see one that should not be there.
    if b"jpeg" in fields:
        raise EntryError("entry field 'jpeg' is there, and 'privacy' says numbers only")
    return b""


def _faces(fields: Fields, privacy: Privacy) -> tuple[Face, ...]:
    faces = _read(fields, "faces", decode_faces)
    if b"crops" not in fields:
        return faces
    if privacy is not Privacy.OFF:
        raise EntryError(f"entry field 'crops' is there, and 'privacy' says {privacy.value}")
    return _read(fields, "crops", lambda raw: with_crops(faces, raw))


def _privacy(raw: bytes) -> Privacy:
    return Privacy(_text(raw))


def _labels(raw: bytes) -> Labels | None:
    if not raw:
        return None
    named = next((labels for labels in LABELS if labels == _text(raw)), None)
    if named is None:
        raise ValueError(f"neither empty nor one of {', '.join(LABELS)}")
    return named


def _text(raw: bytes) -> str:
    return raw.decode()


def _entry_id(raw: bytes) -> str:
    entry_order(raw.decode())
    return raw.decode()


def _timings(raw: bytes) -> dict[str, float]:
    return {stage: _number(ms, stage) for stage, ms in _json(raw, dict).items()}


def _json(raw: bytes, expected: type[_T]) -> _T:
    try:
        value = json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, expected):
        raise ValueError(f"not a JSON {'list' if expected is list else 'object'}")
    return value


def _face(row: object) -> Face:
    if not isinstance(row, dict):
        raise ValueError("a face is not an object")
    for name in FACE_KEYS:
        if name not in row:
            raise ValueError(f"a face without {name!r}")
    return Face(
        box=_box(row["box"]),
        expression=_one_of((*EXPRESSIONS, UNSURE), row["expression"], "expression"),
        confidence=_number(row["confidence"], "confidence", most=1.0),
        scores=_scores(row["scores"]),
        track=None if row["track"] is None else _integer(row["track"], "track"),
        reason=None if row["reason"] is None else _one_of(REASONS, row["reason"], "reason"),
        candidates=_candidates(row["candidates"]),
        neutral=None if row["neutral"] is None else _one_of(NEUTRAL_STATES, row["neutral"], "neutral"),
    )


def _one_of(known: tuple[str, ...], value: object, what: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"unknown {what} {value!r}")
    return value


def _candidates(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or len(names) > len(EXPRESSIONS):
        raise ValueError("candidates are no list of expressions")
    return tuple(_one_of(EXPRESSIONS, name, "candidate") for name in names)


def _box(sides: object) -> Box:
    if not isinstance(sides, list) or len(sides) != len(Box._fields):
        raise ValueError("box is not [x, y, w, h]")
    return Box(*(_integer(side, "box") for side in sides))


def _scores(scores: object) -> dict[str, float]:
    if not isinstance(scores, dict) or scores.keys() != set(EXPRESSIONS):
        raise ValueError("scores are not those of the seven expressions")
    return {name: _number(scores[name], name, most=1.0) for name in EXPRESSIONS}


def _integer(value: object, what: str) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError(f"{what} is not a natural number of 63 bits")
    return value


def _number(value: object, what: str, *, most: float = float(LARGEST)) -> float:
    # json.loads lets NaN and Infinity through, which JSON does not have.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{what!r} is not a number from 0 to {most:g}")
    return float(value)


def _short(raw: bytes) -> str:
    return repr(raw[:SHOWN_BYTES])[1:] + ("..." if len(raw) > SHOWN_BYTES else "")
