"""Which cameras `mien up` runs."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from services.local.webcams import Webcams
from shared.errors import SettingsError
from shared.keys import check_camera_id

DEMO = "demo:"

_WORD = re.compile(r"[\w-]+")
"""No source that may hold a password is only that."""

NAME_CAMERAS = ("MIEN_SOURCE", "MIEN_CAMERAS", "MIEN_CAMERAS_FILE")
"""The variables that say which cameras there are; one of them at a time."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera to run; `id` is None where it was not named."""

    id: str | None
    source: str


def parse_camera(text: str) -> Camera:
    """Return the camera that `ID=SRC` names.

    Raises:
        SettingsError: it is not of that form, or the id is not valid.
    """
    camera, equals, source = text.partition("=")
    if not equals or not source or not _WORD.fullmatch(camera):
        # Not shown: where the id was forgotten, it is a source, which may have a password in it.
        raise SettingsError("a camera is given as ID=SRC, such as door=0")
    return Camera(check_camera_id(camera), source)


def named(cameras: Sequence[Camera]) -> list[Camera]:
    """Return the cameras, each with an id: those without one become cam1, cam2, ...

    Raises:
        SettingsError: two have the same id.
    """
    taken = [camera.id for camera in cameras if camera.id is not None]
    for camera in set(taken):
        if taken.count(camera) > 1:
            raise SettingsError(f"camera id {camera!r} is given twice")
    free = _free_ids(set(taken))
    return [camera if camera.id else Camera(next(free), camera.source) for camera in cameras]


def variable(cameras: Sequence[Camera]) -> str:
    """Return the cameras as `MIEN_CAMERAS` has them: `id=src id2=src2`, quoted as a shell would."""
    return shlex.join(f"{camera.id}={camera.source}" for camera in cameras)


def chosen_by_environment(environ: Mapping[str, str]) -> bool:
    """Return whether the environment says which cameras there are."""
    return any(environ.get(name) for name in NAME_CAMERAS)


def default_camera(webcams: Webcams) -> Camera:
    """Return the first webcam that works, or the demo clip."""
    return Camera(None, webcams.working[0] if webcams.working else DEMO)


def why_default(webcams: Webcams) -> str:
    """Return one line for a person: which source was chosen, why, and how to change it."""
    change = "--source SRC takes another: a webcam (0), a video file, rtsp://..., test:"
    if webcams.working:
        return f"Source: webcam {webcams.working[0]}, opened while somebody watches ({change})"
    why = "no webcam can be opened (`mien doctor` says why)" if webcams.devices else "there is no webcam here"
    return f"Source: {DEMO}, the clip that ships with Mien, because {why} ({change})"


def _free_ids(taken: set[str]) -> Iterator[str]:
    return (camera for n in count(1) if (camera := f"cam{n}") not in taken)
