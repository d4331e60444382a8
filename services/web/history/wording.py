"""The rows of the history as JSON and CSV show them."""

from collections.abc import Iterator
from typing import Any

from services.web.history.times import iso
from shared.entities import EXPRESSIONS, Face
from shared.history_entries import COUNTED, PastResult, Sums

RESULT_COLUMNS = (
    "t",
    "time",
    "seq",
    "track",
    "x",
    "y",
    "w",
    "h",
    "expression",
    "confidence",
    *EXPRESSIONS,
    "reason",
)
"""One line a face: Unix seconds, the same as ISO 8601 in UTC, the frame's number, the face's, its box, ..."""

SUM_COLUMNS = (
    "t",
    "time",
    "frames",
    "faces",
    *COUNTED,
    *(f"mean_{name}" for name in EXPRESSIONS),
)
"""One line a period: when it begins, results, faces in them, faces by expression, mean scores."""

Value = int | float | str | None


def seconds(ns: int) -> float:
    """Return Unix seconds, to the millisecond."""
    return round(ns / 1e9, 3)


def face_rows(result: PastResult) -> Iterator[dict[str, Any]]:
    """Yield a row for each face of a result."""
    for face in result.faces:
        yield {
            "t": seconds(result.t),
            "seq": result.seq,
            "track": face.track,
            "expression": face.expression,
            "confidence": face.confidence,
            "scores": face.scores,
            "reason": face.reason,
            "box": list(face.box),
        }


def face_lines(result: PastResult) -> Iterator[tuple[Value, ...]]:
    """Yield the values of `RESULT_COLUMNS` for each face of a result."""
    t, time = seconds(result.t), iso(result.t)
    for face in result.faces:
        yield (t, time, result.seq, *_face_values(face))


def sum_row(row: Sums) -> dict[str, Any]:
    """Return a period: every expression has its count; mean scores are null where there was no face."""
    return {"t": seconds(row.t), **sums_dict(row)}


def sums_dict(row: Sums) -> dict[str, Any]:
    """Return what was summed, without its time."""
    means = {name: round(row.scores.get(name, 0.0) / row.faces, 4) for name in EXPRESSIONS if row.faces}
    return {
        "frames": row.frames,
        "faces": row.faces,
        "counts": {name: row.counts.get(name, 0) for name in COUNTED},
        "scores": means or None,
    }


def sum_line(row: Sums) -> tuple[Value, ...]:
    """Return the values of `SUM_COLUMNS` for a period."""
    told = sums_dict(row)
    means = (told["scores"] or dict.fromkeys(EXPRESSIONS)).values()
    return (seconds(row.t), iso(row.t), row.frames, row.faces, *told["counts"].values(), *means)


def _face_values(face: Face) -> tuple[Value, ...]:
    scores = (face.scores[name] for name in EXPRESSIONS)
    return (face.track, *face.box, face.expression, face.confidence, *scores, face.reason)
