"""The settings of capture: which cameras there are, and how each is read."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode

from services.capture.picture import Size
from services.capture.sources import device_of
from shared.entities import Labels, Privacy
from shared.errors import SettingsError
from shared.keys import check_camera_id
from shared.settings import ServiceSettings

FIRST_CAMERA = "cam1"
DEFAULT_SOURCE = "demo:"

_ANOTHER = re.compile(r"[,;][a-z0-9][a-z0-9_-]*=(demo:|test:|/dev/|[a-z]+://)")
"""What a word has in it where cameras are set apart by something else than spaces."""


class Mode(StrEnum):
    """When a camera is open."""

    AUTO = "auto"
    """On demand, whatever its source is."""
    ALWAYS = "always"
    """Also while nobody looks: for a history without gaps."""
    ON_DEMAND = "on-demand"
    """While somebody looks, and for five seconds more."""


def _size(text: object) -> object:
    if not isinstance(text, str):
        return text
    match = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", text)
    if match is None:
        raise ValueError("is no size such as 640x480")
    return int(match[1]), int(match[2])


AskedSize = Annotated[Size, BeforeValidator(_size)]
"""Width and height in pixels, out of text such as `640x480`."""

SLOWEST = 0.1
"""Frames a second at least: a camera that gives less could not be told from one that hangs."""

Rate = Annotated[float, Field(ge=SLOWEST, le=240)]
"""Frames a second."""

Quality = Annotated[int, Field(ge=1, le=100)]
"""Of JPEGs."""


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """One camera.

    Attributes:
        id: its name in keys and URLs.
        source: where its pictures come from; may hold credentials, so it is never logged as it is.
        mode: when it is open.
        size: width and height to ask for, in pixels.
        fps: frames a second to ask for.
        mirror: whether workers are to mirror its frames.
        jpeg_quality: of the published frames, 1 to 100, where the camera gives no JPEGs itself.
        privacy: the least that workers are to do about its pictures; their own setting may ask for more.
        labels: whose labels its faces are read by; None for those of the workers' own setting.
    """

    id: str
    source: str = field(repr=False)
    mode: Mode
    size: Size | None
    fps: float | None
    mirror: bool
    jpeg_quality: int
    privacy: Privacy = Privacy.OFF
    labels: Labels | None = None


class CaptureSettings(ServiceSettings):
    """What capture reads.

    Attributes:
        source: of the one camera, `cam1`.
        cameras: several, as `ID=SOURCE ID=SOURCE ...`, quoted as in a shell; instead of `source`.
        cameras_file: several, each with settings of its own, as YAML; instead of both.
        mode: when cameras are open.
        size: width and height to ask webcams for.
        fps: frames a second to ask webcams for; at most that many from recordings.
        mirror: whether pictures are mirrored.
        jpeg_quality: of the published frames, where a camera gives no JPEGs itself.
    """

    source: str | None = None
    cameras: str | None = None
    cameras_file: Path | None = None
    mode: Mode = Mode.AUTO
    size: Annotated[AskedSize | None, NoDecode] = None
    fps: Rate | None = None
    mirror: bool = False
    jpeg_quality: Quality = 85

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        named = [name for name in ("source", "cameras", "cameras_file") if getattr(self, name) is not None]
        if len(named) > 1:
            variables = " and ".join(f"MIEN_{name.upper()}" for name in named)
            raise SettingsError(f"{variables} are both set; use one of them")
        return self

    def camera(self, camera: str, source: str, **said: Any) -> CameraSettings:  # noqa: ANN401  each has its type
        """Return a camera, with what is said about it; what is not is as it is for all."""
        common = CameraSettings(
            camera, source, self.mode, self.size, self.fps, self.mirror, self.jpeg_quality
        )
        return replace(common, **said)

    def camera_list(self) -> list[CameraSettings]:
        """Return the cameras, where no file names them.

        Raises:
            SettingsError: an id is wrong or there twice, or two cameras are on one device.
        """
        cameras = [self.camera(camera, source) for camera, source in self._sources().items()]
        for first, second in one_device(cameras):
            raise SettingsError(f"MIEN_CAMERAS: {same_device(first, second)}")
        return cameras

    def _sources(self) -> dict[str, str]:
        if self.cameras is None:
            return {FIRST_CAMERA: self.source or DEFAULT_SOURCE}
        return parse_cameras(self.cameras)


def one_device(cameras: Iterable[CameraSettings]) -> Iterator[tuple[CameraSettings, CameraSettings]]:
    """Yield each camera that is on the device of another, behind that one: most can be opened once only."""
    by_device: dict[str, CameraSettings] = {}
    for camera in cameras:
        device = device_of(camera.source)
        if device is not None and by_device.setdefault(device, camera) is not camera:
            yield by_device[device], camera


def same_device(first: CameraSettings, second: CameraSettings) -> str:
    """Return that in words."""
    return f"camera {second.id!r} is on the same device as camera {first.id!r}"


def parse_cameras(text: str) -> dict[str, str]:
    """Return sources by camera id from `ID=SOURCE ID=SOURCE ...`, quoted as in a shell.

    Raises:
        SettingsError: it is not that, or an id is there twice; the sources are not shown.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise SettingsError(f"MIEN_CAMERAS: {error}") from error
    sources: dict[str, str] = {}
    for place, word in enumerate(words, start=1):
        camera, equals, source = word.partition("=")
        if not (equals and source):
            raise SettingsError(f"MIEN_CAMERAS: word {place} is not ID=SOURCE")
        if _ANOTHER.search(source):
            raise SettingsError(f"MIEN_CAMERAS: word {place} has two cameras in it: put a space between them")
        if camera in sources:
            raise SettingsError(f"MIEN_CAMERAS: camera {camera!r} is there twice")
        sources[_camera_id(camera, place)] = source
    if not sources:
        raise SettingsError("MIEN_CAMERAS names no camera")
    return sources


def _camera_id(camera: str, place: int) -> str:
    try:
        return check_camera_id(camera)
    except SettingsError:
        # Not shown: where the id was forgotten, it is the beginning of a source, password included.
        raise SettingsError(
            f"MIEN_CAMERAS: word {place} does not begin with a camera id and '=': 1 to 32 of a-z, 0-9, "
            "'_' and '-', beginning with a letter or a digit"
        ) from None
