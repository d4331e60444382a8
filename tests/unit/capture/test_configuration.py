import re
from pathlib import Path

import pytest

from services.capture.configuration import Described, read_cameras
from services.capture.settings import CameraSettings, CaptureSettings, Mode
from shared.entities import Privacy
from shared.errors import SettingsError
from shared.settings_file import LARGEST_BYTES

SECRET = "hunter2"
SOURCE = f"rtsp://u:{SECRET}@10.0.0.7/live"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cameras.yaml"


def read(path: Path, text: str, **environ: str) -> list[CameraSettings]:
    path.write_text(text)
    return read_cameras(path, CaptureSettings.load({"MIEN_CAMERAS_FILE": str(path), **environ}))


def wrong(path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(path, text)
    line = str(caught.value)
    assert SECRET not in line
    assert "\n" not in line
    return line


def test_a_camera_has_all_that_is_said_of_it(path: Path) -> None:
    (camera,) = read(
        path,
        f"""
cameras:
  door:
    source: {SOURCE}
    mode: always
    size: 1280x720
    fps: 12.5
    mirror: yes
    jpeg_quality: 70
    privacy: blur
    labels: fer2013
""",
    )
    assert camera == CameraSettings(
        "door", SOURCE, Mode.ALWAYS, (1280, 720), 12.5, True, 70, Privacy.BLUR, "fer2013"
    )


def test_what_is_not_said_of_a_camera_is_as_it_is_for_all(path: Path) -> None:
    text = "cameras:\n  door: {source: 0}\n  hall: {source: 'test:', fps: 5}\n"
    door, hall = read(path, text, MIEN_FPS="12", MIEN_MIRROR="true", MIEN_MODE="always")
    assert (door.source, door.fps, door.mirror, door.mode) == ("0", 12.0, True, Mode.ALWAYS)
    assert (hall.source, hall.fps, hall.mirror) == ("test:", 5.0, True)
    assert (door.privacy, door.labels) == (Privacy.OFF, None)


@pytest.mark.parametrize("privacy", list(Privacy))
def test_privacy_off_is_a_word_and_not_yamls_false(path: Path, privacy: Privacy) -> None:
    (camera,) = read(path, f"cameras: {{a: {{source: 'test:', privacy: {privacy.value}}}}}")
    assert camera.privacy is privacy


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "there is no 'cameras:'"),
        ("cameras:\n", 1, "'cameras' names no camera"),
        ("cameras: {}\n", 1, "'cameras' names no camera"),
        ("cameras: [door]\n", 1, "'cameras' names no camera"),
        ("camera:\n  door:\n    source: 0\n", 1, "unknown key 'camera'; did you mean 'cameras'?"),
        ("cameras:\n  door:\n", 2, "camera 'door' has no keys"),
        (f"cameras:\n  door: {SOURCE}\n", 2, "camera 'door' has no keys"),
        (f"cameras:\n  door:\n    sorce: {SOURCE}\n", 3, "unknown key 'sorce'; did you mean 'source'?"),
        (f"cameras:\n  a:\n    source: {SOURCE}\n    zoom: 2\n", 4, "unknown key 'zoom'; known are source"),
        ("cameras:\n  a:\n    fps: 5\n", 2, "camera 'a': key 'source' is missing"),
        ("cameras:\n  a:\n    source:\n", 3, "camera 'a': key 'source' is to have one value"),
        ("cameras:\n  a:\n    source: [0, 1]\n", 3, "camera 'a': key 'source' is to have one value"),
        (f"cameras:\n  Door:\n    source: {SOURCE}\n", 2, "camera id 'Door' is not valid"),
        (f"cameras:\n  {SOURCE}:\n    source: 0\n", 2, "camera id a word is not valid"),
        (f"cameras:\n  a:\n    source: {SOURCE}\n  a:\n    source: 1\n", 4, "'a' is there for the second"),
        (
            f"cameras:\n  a:\n    source: {SOURCE}\n    fps: 5\n    fps: 6\n",
            5,
            "'fps' is there for the second",
        ),
        (f"cameras:\n  a:\n    source: {SOURCE}\n    {SOURCE}\n", 4, "is no YAML"),
    ],
)
def test_a_mistake_is_one_line_with_the_file_its_line_and_the_key(
    path: Path, text: str, line: int, says: str
) -> None:
    found = wrong(path, text)
    assert found.startswith(f"{path}:{line}: ")
    assert says in found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mode", "sometimes"),
        ("size", "big"),
        ("size", "640"),
        ("fps", "0"),
        ("fps", "fast"),
        ("fps", "241"),
        ("mirror", "perhaps"),
        ("jpeg_quality", "101"),
        ("privacy", "none"),
        ("privacy", "false"),
        ("labels", "affectnet"),
    ],
)
def test_a_wrong_value_is_named_with_its_key_and_line(path: Path, key: str, value: str) -> None:
    text = f"cameras:\n  hall:\n    source: 0\n  door:\n    source: {SOURCE}\n    {key}: {value}\n"
    assert wrong(path, text).startswith(f"{path}:6: camera 'door': key '{key}': '{value}': ")


def test_a_source_in_the_place_of_another_value_is_not_shown(path: Path) -> None:
    assert ":4: camera 'a': key 'fps': a word: " in wrong(
        path, f"cameras:\n  a:\n    source: 0\n    fps: {SOURCE}\n"
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    settings = CaptureSettings.load({"MIEN_CAMERAS_FILE": str(tmp_path / "none.yaml")})
    with pytest.raises(SettingsError, match=r"MIEN_CAMERAS_FILE: .*none\.yaml cannot be read: No such file"):
        read_cameras(tmp_path / "none.yaml", settings)


def test_a_file_in_another_encoding_is_refused_with_the_line(path: Path) -> None:
    path.write_bytes(b"cameras:\n  # T\xfcr\n  door: {source: 0}\n")
    with pytest.raises(SettingsError, match=r"cameras\.yaml:2: is not UTF-8"):
        read_cameras(path, CaptureSettings.load({}))


def test_a_file_that_is_far_too_large_is_not_read(path: Path) -> None:
    path.write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(SettingsError, match="is larger than"):
        read_cameras(path, CaptureSettings.load({}))


def test_the_file_that_is_shown_in_the_docs_is_right(path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "cameras.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    assert [camera.id for camera in read(path, example)] == ["door", "yard", "desk", "demo"]


def test_every_key_is_explained_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "cameras.md").read_text()
    explained = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert set(Described.model_fields) <= explained


@pytest.mark.parametrize("other", ["0", "/dev/video0", "/dev//video0"])
def test_two_cameras_on_one_device_are_refused_by_name(path: Path, other: str) -> None:
    text = f"cameras:\n  door:\n    source: 0\n  hall:\n    fps: 5\n    source: {other}\n"
    assert wrong(path, text) == f"{path}:4: camera 'hall' is on the same device as camera 'door'"


def test_cameras_on_other_devices_and_on_one_recording_are_not_refused(path: Path) -> None:
    text = "cameras:\n  a: {source: 0}\n  b: {source: 1}\n  c: {source: 'demo:'}\n  d: {source: 'demo:'}\n"
    assert [camera.id for camera in read(path, text)] == ["a", "b", "c", "d"]


def test_the_part_of_another_service_is_left_to_it(path: Path) -> None:
    text = "notify:\n  webhooks:\n    - nonsense\ncameras:\n  a: {source: 0}\n"
    assert [camera.id for camera in read(path, text)] == ["a"]
