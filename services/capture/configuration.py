"""`cameras.yaml`: the cameras and what is set for each; what is wrong is said with its line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

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
from shared.keys import CAMERA_ID
from shared.settings_file import Wrong, described, lines_of, text_of, unknown
from shared.yaml_lines import Item, Mapping, read_mapping, shown

CAMERAS = "cameras"

NOTIFY = "notify"
"""The part of the service that notifies: it says itself what is wrong there."""


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


def read_cameras(path: Path, settings: CaptureSettings) -> list[CameraSettings]:
    """Return the cameras of a file; what it leaves out of a camera is that of the settings.

    Raises:
        SettingsError: the file cannot be read, or is wrong; names it, the line and the key, never a source.
    """
    text = text_of("MIEN_CAMERAS_FILE", path)
    with lines_of(path):
        items = _cameras(read_mapping(text))
        cameras = [_camera(item, settings) for item in items]
        _check_devices(items, cameras)
        return cameras


def _cameras(tree: Mapping | None) -> tuple[Item, ...]:
    parts = {item.name: item for item in tree.items} if tree else {}
    for item in parts.values():
        if item.name not in (CAMERAS, NOTIFY):
            raise Wrong(
                item.line, f"{unknown(item.name, [CAMERAS, NOTIFY])}; cameras stand under '{CAMERAS}:'"
            )
    cameras = parts.get(CAMERAS)
    if cameras is None:
        raise Wrong(1, f"there is no '{CAMERAS}:'")
    if not isinstance(cameras.value, Mapping) or not cameras.value.items:
        raise Wrong(
            cameras.line, f"'{CAMERAS}' names no camera: write 'ID:' under it, and its keys under that"
        )
    return cameras.value.items


def _camera(item: Item, settings: CaptureSettings) -> CameraSettings:
    if CAMERA_ID.fullmatch(item.name) is None:
        raise Wrong(
            item.line,
            f"camera id {shown(item.name)} is not valid: 1 to 32 of a-z, 0-9, '_' and '-', beginning with a "
            "letter or a digit",
        )
    if not isinstance(item.value, Mapping):
        raise Wrong(item.line, f"camera {item.name!r} has no keys; 'source: ...' is to stand under it")
    about = f"camera {item.name!r}"
    given = described(Described, about, item.line, item.value, hidden=["source"])
    said: dict[str, Any] = {name: value for name, value in given if value is not None}
    return settings.camera(item.name, **said)


def _check_devices(items: Sequence[Item], cameras: Sequence[CameraSettings]) -> None:
    """Refuse two cameras on one device: most can be opened once only."""
    lines = {item.name: item.line for item in items}
    for first, second in one_device(cameras):
        raise Wrong(lines[second.id], same_device(first, second))
