"""What is known of one camera, and what changes in it with each result: pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from services.notify.events import Event, Kind
from shared.entities import UNSURE, CameraState, CameraStatus, Face, Result
from shared.entries import entry_order

LEFT_AFTER_S = 3.0
"""So long a face that is not found keeps its id; behind that it would get another one."""

SILENT_AFTER_S = 10.0
"""So long after the last result nobody is there any more: a camera may have seconds between its frames."""

CAPTURE_SILENT_S = 5.0
"""So long nothing is known of a camera before it is lost: capture may be starting."""

LARGER = 1.25
"""By so much another face's area has to be larger to become the largest: two of one size would take turns."""

NS = 1_000_000_000

SILENT = "the capture service says nothing about it"


@dataclass(frozen=True, slots=True)
class Known:
    """A face.

    Attributes:
        said: the last of the seven expressions that was sure; None before the first.
        shown: what it is labelled with, `UNSURE` among it.
        seen: capture time, Unix ns, of the newest frame that shows it.
        area: in pixels.
    """

    said: str | None
    shown: str
    seen: int
    area: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One camera.

    Attributes:
        faces: by their ids.
        largest: the id of the largest; None where there is none.
        order: of the newest frame whose result was taken.
        n: the number of the newest result.
        newest: capture time, Unix ns, of the newest frame.
        lost: why it is lost; None while it is not.
        known: whether it has ever given pictures, or been lost.
        unheard: since when capture says nothing of it, Unix ns; 0 while it does.
    """

    faces: Mapping[int, Known] = field(default_factory=dict)
    largest: int | None = None
    order: tuple[int, int] = (0, 0)
    n: int = 0
    newest: int = 0
    lost: str | None = None
    known: bool = False
    unheard: int = 0


Step: TypeAlias = tuple[Scene, list[Event]]
"""A scene, and what has changed on the way to it."""


def after_result(scene: Scene, camera: str, result: Result) -> Step:
    """Return the scene after a result; one of a frame that others have overtaken changes nothing."""
    order = entry_order(result.frame)
    if order <= scene.order:
        return replace(scene, n=max(scene.n, result.n)), []
    gone: list[Event] = []
    if result.n < scene.n:
        # The broker counts from the beginning, so it gives the same ids again, to others.
        scene, gone = _without(scene, camera, scene.faces)
    scene = replace(scene, n=result.n, order=order, newest=result.t)
    for face in result.faces:
        scene, changes = _with(scene, camera, face, result.t)
        gone += changes
    scene, left = after_time(scene, camera, result.t)
    return replace(scene, largest=_largest(scene)), gone + left


def after_time(scene: Scene, camera: str, now: int) -> Step:
    """Return the scene at a time, in Unix ns: whoever was not seen for too long is gone."""
    scene, events = _without(scene, camera, [one for one in scene.faces if _has_left(scene, one, now)])
    return replace(scene, largest=_largest(scene)) if events else scene, events


def after_status(
    scene: Scene, camera: str, status: CameraStatus | None, now: int, *, absent: bool = False
) -> Step:
    """Return the scene after what capture says of the camera, or None where it says nothing.

    Args:
        scene: before.
        camera: its id.
        status: what capture says.
        now: in Unix ns.
        absent: whether capture says nothing of any camera.
    """
    reason = _why_lost(scene, status, now, absent=absent)
    scene = replace(scene, unheard=(scene.unheard or now) if status is None else 0)
    if reason is not None and scene.lost is None:
        event = Event(Kind.CAMERA_LOST, camera, now, reason=reason)
        return replace(scene, lost=reason, known=True), [event]
    if status is None or status.state is not CameraState.LIVE:
        return scene, []
    events = [] if scene.lost is None else [Event(Kind.CAMERA_BACK, camera, now)]
    return replace(scene, lost=None, known=True), events


def begun_again(scene: Scene) -> Scene:
    """Return the scene where the order of frames begins again, because a clock was set back."""
    return replace(scene, order=(0, 0))


def _why_lost(scene: Scene, status: CameraStatus | None, now: int, *, absent: bool) -> str | None:
    if status is None:
        # A camera that is new in a file that capture refuses was never there to be lost.
        missed = scene.known or absent
        silent = scene.unheard and now - scene.unheard >= CAPTURE_SILENT_S * NS
        return SILENT if missed and silent else None
    return (status.error or "it gives no pictures") if status.state is CameraState.LOST else None


def _with(scene: Scene, camera: str, face: Face, t: int) -> Step:
    if face.track is None:
        return scene, []
    before = scene.faces.get(face.track)
    said = before.said if before else None
    now = face.expression if face.expression != UNSURE else said
    known = Known(now, face.expression, t, face.box.w * face.box.h)
    scene = replace(scene, faces={**scene.faces, face.track: known})
    if before is not None and now == said:
        return scene, []
    kind = Kind.FACE_APPEARED if before is None else Kind.EXPRESSION_CHANGED
    told = Event(
        kind,
        camera,
        t,
        track=face.track,
        expression=now,
        previous=said,
        confidence=face.confidence,
        box=face.box,
        faces=len(scene.faces),
    )
    return scene, [told]


def _has_left(scene: Scene, track: int, now: int) -> bool:
    seen = scene.faces[track].seen
    patience_s = LEFT_AFTER_S if seen < scene.newest else SILENT_AFTER_S
    return now - seen >= patience_s * NS


def _without(scene: Scene, camera: str, gone: Iterable[int]) -> Step:
    events: list[Event] = []
    faces = dict(scene.faces)
    for track in list(gone):
        known = faces.pop(track)
        left = Event(Kind.FACE_LEFT, camera, known.seen, track, known.said, faces=len(faces))
        events.append(left)
    return replace(scene, faces=faces), events


def _largest(scene: Scene) -> int | None:
    areas = {track: known.area for track, known in scene.faces.items()}
    if not areas:
        return None
    first = max(areas, key=areas.__getitem__)
    held = areas.get(scene.largest, 0) if scene.largest is not None else 0
    return first if areas[first] > LARGER * held else scene.largest
