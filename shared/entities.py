"""The records that services exchange: what they mean, not how they are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, NamedTuple, get_args

EXPRESSIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The seven expressions, in the order of FER2013's labels and of the model's output."""

UNSURE = "unsure"
"""What a face is labelled with that is not said to be any of them."""

Labels = Literal["fer2013", "ferplus"]
"""Whose labels a face is read by: FER2013's own, or FER+'s."""

LABELS: tuple[Labels, ...] = get_args(Labels)

REASONS = ("close", "small", "dark", "blurred", "turned")
"""Why a face is `UNSURE`: two scores are too close to each other, or the face is too small, too dark, too
blurred or turned too far away to be read."""

NEUTRAL_STATES = ("learning", "own", "failed")
"""A track's resting face: it is being learned; it is known and the scores are corrected against it; or, for a
few seconds, too few pictures of it could be read to learn it."""


CROP_SIDE = 48
"""Of a face crop, in pixels: FER2013's pictures are as large."""


class Box(NamedTuple):
    """A rectangle in pixels of the published frame; (x, y) is its top left corner."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Face:
    """A face and its expression.

    Attributes:
        box: where it is.
        expression: one of `EXPRESSIONS`, or `UNSURE`.
        confidence: the score of that expression, 0 to 1; of an unsure face, the highest score.
        scores: the probabilities by expression; the seven sum to 1.
        track: the id it keeps from frame to frame; None while it isn't followed.
        reason: why it is unsure, one of `REASONS`; None where it isn't.
        candidates: the two likeliest expressions of a face that is unsure, the likelier first; else empty.
        neutral: one of `NEUTRAL_STATES`; None where nobody asked to learn its resting face.
        crop: what the model saw of it: `CROP_SIDE` rows of as many grey pixels; None where it was not read,
            or where no picture may leave the worker.
    """

    box: Box
    expression: str
    confidence: float
    scores: Mapping[str, float]
    track: int | None = None
    reason: str | None = None
    candidates: tuple[str, ...] = ()
    neutral: str | None = None
    crop: bytes | None = field(default=None, repr=False)


class Privacy(StrEnum):
    """What of a frame leaves the worker."""

    OFF = "off"
    """The picture as it is."""
    BLUR = "blur"
    """The picture with every face made unrecognizable."""
    NUMBERS = "numbers"
    """No picture at all."""

    def allows(self, other: "Privacy") -> bool:
        """Return whether what left a worker under `other` is at least as private as this asks for."""
        strictness = list(Privacy)
        return strictness.index(other) >= strictness.index(self)

    def stricter(self, other: "Privacy") -> "Privacy":
        """Return the one of the two under which less leaves the worker."""
        return other if self.allows(other) else self


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a camera.

    Attributes:
        seq: capture's counter, for people; it starts again with capture.
        t: captured at, Unix nanoseconds on the broker's clock.
        width: in pixels.
        height: in pixels.
        mirror: whether the worker is to mirror it.
        jpeg: the picture.
        privacy: the least that the worker is to do about it; its own setting may ask for more.
        labels: whose labels its faces are read by; None for those of the worker's own setting.
    """

    seq: int
    t: int
    width: int
    height: int
    mirror: bool
    jpeg: bytes = field(repr=False)
    privacy: Privacy = Privacy.OFF
    labels: Labels | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a worker publishes for a frame.

    Attributes:
        seq: the frame's.
        t: the frame's: captured at, Unix nanoseconds on the broker's clock.
        frame: the id of the frame's entry; the order of results is the order of these.
        worker: who did it.
        timings: milliseconds by stage.
        faces: every face of the frame.
        jpeg: the annotated frame; empty where no picture may leave the worker.
        n: how many results of this camera have been published, this one included; the broker
            gives it, so that a reader sees how many it missed. 0 until then.
        privacy: what of the frame left the worker.
    """

    seq: int
    t: int
    frame: str
    worker: str
    timings: Mapping[str, float]
    faces: tuple[Face, ...]
    jpeg: bytes = field(repr=False)
    n: int = 0
    privacy: Privacy = Privacy.OFF


def without_pictures(result: Result) -> Result:
    """Return a result with its numbers only: neither the frame nor a face crop."""
    return replace(result, jpeg=b"", faces=without_crops(result.faces))


def without_crops(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """Return faces of which no pixel is left."""
    return tuple(face if face.crop is None else replace(face, crop=None) for face in faces)


class Cause(StrEnum):
    """Why a frame was never shown: every dropped frame is counted under exactly one."""

    SUPERSEDED = "superseded"
    """A worker took a newer frame instead."""
    STALE = "stale"
    """It was older than the age budget before a worker came to it."""
    TRIMMED = "trimmed"
    """The stream was full before any worker came to it."""
    ABANDONED = "abandoned"
    """Its worker died or froze."""
    UNDECODABLE = "undecodable"
    """Its entry or its JPEG could not be decoded."""
    FAILED = "failed"
    """Its worker raised an error."""


class CameraState(StrEnum):
    """What a camera is doing."""

    OPENING = "opening"
    LIVE = "live"
    IDLE = "idle"
    """Closed, because nobody is looking."""
    LOST = "lost"
    """It cannot be opened or gives no pictures; capture goes on trying."""


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """Capture's words about a camera.

    Attributes:
        state: what it is doing.
        source: the kind of its source: `demo`, `test`, `webcam`, `file`, `folder`, `network`, `browser`;
            `unknown` where it names no source, or a file or folder that is not there.
        width: of the frames, in pixels; 0 before the first.
        height: of the frames, in pixels; 0 before the first.
        fps: frames published a second, measured.
        delivery: `live`; `every` for a recording, of which every frame is done.
        error: why it is lost, without credentials; empty when all is well.
        replaced: pictures that were overtaken by a newer one before capture could publish them.
        granted: the format, size and rate that a webcam grants, and what it was asked for; empty for others.
    """

    state: CameraState
    source: str
    width: int = 0
    height: int = 0
    fps: float = 0.0
    delivery: str = "live"
    error: str = ""
    replaced: int = 0
    granted: str = ""
