"""`cameras.yaml`: the cameras and what is set for each; what is wrong is said with its line."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from services.capture.configuration_yaml import Item, Mapping, Word, YamlError, read_mapping, shown
from services.capture.settings import (
    AskedSize,
    CameraSettings,
    CaptureSettings,
    Mode,
    Quality,
    Rate,
    one_device,
    same_device,
)
from shared.entities import Labels, Privacy
from shared.errors import SettingsError
from shared.keys import CAMERA_ID

CAMERAS = "cameras"

LARGEST_BYTES = 1_000_000
"""Of a file that people write, more is a mistake, and would be read again and again."""


class Described(BaseModel):
    """What the file says of a camera; None where it leaves that to capture's settings for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    mode: Mode | None = None
    size: AskedSize | None = None
    fps: Rate | None = None
    mirror: bool | None = None
    jpeg_quality: Quality | None = None
    privacy: Privacy | None = None
    labels: Labels | None = None


class Wrong(Exception):
    """Raised when a line does not say what it should."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def read_cameras(path: Path, settings: CaptureSettings) -> list[CameraSettings]:
    """Return the cameras of a file; what it leaves out of a camera is that of the settings.

    Raises:
        SettingsError: the file cannot be read, or is wrong; names it, the line and the key, never a source.
    """
    text = _text(path)
    try:
        items = _cameras(read_mapping(text))
        cameras = [_camera(item, settings) for item in items]
        _check_devices(items, cameras)
        return cameras
    except (YamlError, Wrong) as error:
        raise SettingsError(f"{path}:{error.line}: {error.problem}") from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise SettingsError(f"MIEN_CAMERAS_FILE: {path} is larger than {LARGEST_BYTES} bytes")
        return data.decode()
    except OSError as error:
        raise SettingsError(f"MIEN_CAMERAS_FILE: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: is not UTF-8") from None


def _cameras(tree: Mapping | None) -> tuple[Item, ...]:
    for item in tree.items if tree else ():
        if item.name != CAMERAS:
            raise Wrong(item.line, f"{_unknown(item.name, [CAMERAS])}; all stands under '{CAMERAS}:'")
        if not isinstance(item.value, Mapping) or not item.value.items:
            raise Wrong(
                item.line, f"'{CAMERAS}' names no camera: write 'ID:' under it, and its keys under that"
            )
        return item.value.items
    raise Wrong(1, f"there is no '{CAMERAS}:'")


def _camera(item: Item, settings: CaptureSettings) -> CameraSettings:
    if CAMERA_ID.fullmatch(item.name) is None:
        raise Wrong(
            item.line,
            f"camera id {shown(item.name)} is not valid: 1 to 32 of a-z, 0-9, '_' and '-', beginning with a "
            "letter or a digit",
        )
    if not isinstance(item.value, Mapping):
        raise Wrong(item.line, f"camera {item.name!r} has no keys; 'source: ...' is to stand under it")
    try:
        given = Described.model_validate(dict(_values(item.name, item.value)))
    except ValidationError as error:
        raise _first(item, item.value, error) from None
    said: dict[str, Any] = {name: value for name, value in given if value is not None}
    return settings.camera(item.name, **said)


def _check_devices(items: Sequence[Item], cameras: Sequence[CameraSettings]) -> None:
    """Refuse two cameras on one device: most can be opened once only."""
    lines = {item.name: item.line for item in items}
    for first, second in one_device(cameras):
        raise Wrong(lines[second.id], same_device(first, second))


def _values(camera: str, keys: Mapping) -> Iterator[tuple[str, str]]:
    for key in keys.items:
        if key.name not in Described.model_fields:
            raise Wrong(key.line, f"camera {camera!r}: {_unknown(key.name, list(Described.model_fields))}")
        if not isinstance(key.value, Word) or not key.value.text:
            raise Wrong(key.line, f"camera {camera!r}: key {key.name!r} is to have one value")
        yield key.name, key.value.text


def _first(camera: Item, keys: Mapping, error: ValidationError) -> Wrong:
    problem = error.errors()[0]
    name = str(problem["loc"][0])
    key = next((key for key in keys.items if key.name == name), None)
    if key is None or not isinstance(key.value, Word):
        return Wrong(camera.line, f"camera {camera.name!r}: key {name!r} is missing")
    message = problem["msg"].removeprefix("Value error, ")
    value = "" if name == "source" else f" {shown(key.value.text)}"
    return Wrong(key.value.line, f"camera {camera.name!r}: key {name!r}:{value}: {message}")


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"unknown key {shown(name)}; {hint}"
