"""What receivers are told of: a record for each change, and how it is written."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_hex
from typing import Any

from shared.entities import Box


class Kind(StrEnum):
    """What has changed."""

    EXPRESSION_CHANGED = "expression_changed"
    """A face shows another of the seven expressions than the last one that was sure."""
    FACE_APPEARED = "face_appeared"
    """A face that was not there is followed now."""
    FACE_LEFT = "face_left"
    """A face has not been seen for so long that it lost its id."""
    CAMERA_LOST = "camera_lost"
    """A camera gives no pictures, or its capture service is silent."""
    CAMERA_BACK = "camera_back"
    """It gives pictures again."""


ABOUT_CAMERAS = frozenset({Kind.CAMERA_LOST, Kind.CAMERA_BACK})


@dataclass(frozen=True, slots=True)
class Event:
    """One change.

    Attributes:
        kind: what has changed.
        camera: where.
        t: when, Unix ns on the broker's clock: of a face, when the frame was captured that shows it, or in
            which the face was last seen; of a camera, when it was noticed.
        track: the face's id; None where it is about the camera.
        expression: what the face shows, one of the seven, or last showed; None where none was sure yet.
        previous: what it showed before; None where it did not change, or none was sure.
        confidence: of that expression, 0 to 1; None where the face is not seen.
        box: where the face is, in pixels of the frame; None where it is not seen.
        faces: how many faces are there now; None where it is about the camera.
        reason: why the camera is lost; empty elsewhere.
        id: no other event has it; the same in each try to deliver it.
    """

    kind: Kind
    camera: str
    t: int
    track: int | None = None
    expression: str | None = None
    previous: str | None = None
    confidence: float | None = None
    box: Box | None = None
    faces: int | None = None
    reason: str = ""
    id: str = field(default_factory=lambda: token_hex(16))


def body(event: Event) -> bytes:
    """Return an event as JSON: what every event says, and behind it what one of its kind says."""
    common = {"id": event.id, "event": event.kind, "camera": event.camera, "at": round(event.t / 1e9, 3)}
    said = {"reason": event.reason} if event.kind in ABOUT_CAMERAS else _face(event)
    return json.dumps({**common, **said}, separators=(",", ":")).encode()


def _face(event: Event) -> dict[str, Any]:
    return {
        "track": event.track,
        "expression": event.expression,
        "previous": event.previous,
        "confidence": None if event.confidence is None else round(event.confidence, 4),
        "box": None if event.box is None else list(event.box),
        "faces": event.faces,
    }
