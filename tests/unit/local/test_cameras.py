import shlex
from pathlib import Path

import pytest

from services.local.cameras import (
    Camera,
    chosen_by_environment,
    default_camera,
    named,
    parse_camera,
    variable,
    why_default,
)
from services.local.webcams import Webcam, Webcams
from shared.errors import SettingsError

VIDEO0 = Path("/dev/video0")


def test_unnamed_sources_become_cam1_cam2() -> None:
    cameras = named([Camera(None, "demo:"), Camera(None, "test:")])
    assert cameras == [Camera("cam1", "demo:"), Camera("cam2", "test:")]


def test_an_unnamed_source_takes_no_id_that_was_given() -> None:
    cameras = named([Camera(None, "demo:"), Camera("cam1", "test:"), Camera(None, "0")])
    assert [camera.id for camera in cameras] == ["cam2", "cam1", "cam3"]


def test_an_id_that_is_given_twice_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="'door' is given twice"):
        named([Camera("door", "0"), Camera("door", "1")])


def test_a_camera_is_an_id_and_a_source_that_may_hold_an_equals_sign() -> None:
    assert parse_camera("door=http://host/?a=b") == Camera("door", "http://host/?a=b")


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://me:secret@host/1",
        "rtsp://me:secret@host/live?channel=1",
        "me:secret@host/live?channel=1",
        "host/secret?channel=1",
        "=rtsp://me:secret@host/1",
        "door=",
        "",
    ],
)
def test_a_camera_without_id_or_source_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(SettingsError, match="ID=SRC") as caught:
        parse_camera(text)
    assert "secret" not in str(caught.value)


def test_a_bad_camera_id_is_refused() -> None:
    with pytest.raises(SettingsError, match="'Door'"):
        parse_camera("Door=0")


def test_the_variable_splits_as_a_shell_would() -> None:
    cameras = [Camera("a", "my clip's.mp4"), Camera("b", "demo:")]
    assert shlex.split(variable(cameras)) == ["a=my clip's.mp4", "b=demo:"]


@pytest.mark.parametrize("name", ["MIEN_CAMERAS", "MIEN_CAMERAS_FILE", "MIEN_SOURCE"])
def test_the_environment_may_choose_the_cameras(name: str) -> None:
    assert chosen_by_environment({name: "demo:"})
    assert not chosen_by_environment({name: ""})


def test_by_default_the_first_webcam_that_works_is_taken() -> None:
    webcams = Webcams(
        (VIDEO0,), (Webcam("/dev/video2", is_camera=True), Webcam("/dev/video4", is_camera=True))
    )
    assert default_camera(webcams).source == "/dev/video2"
    assert "/dev/video2" in why_default(webcams)


def test_without_a_webcam_the_demo_is_taken_and_the_line_says_why_and_how_to_change_it() -> None:
    assert default_camera(Webcams()).source == "demo:"
    assert "there is no webcam" in why_default(Webcams())
    assert "--source" in why_default(Webcams())


def test_with_a_webcam_that_cannot_be_opened_the_line_points_at_the_doctor() -> None:
    webcams = Webcams((VIDEO0,), ())
    assert default_camera(webcams).source == "demo:"
    assert "mien doctor" in why_default(webcams)
