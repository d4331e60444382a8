import pytest

from services.capture.settings import CaptureSettings, Mode, parse_cameras
from shared.errors import SettingsError

SECRET = "hunter2"


def sources(**environ: str) -> list[tuple[str, str]]:
    return [(camera.id, camera.source) for camera in CaptureSettings.load(environ).camera_list()]


def test_without_settings_there_is_one_camera_that_shows_the_demo() -> None:
    assert sources() == [("cam1", "demo:")]


def test_one_source_is_the_first_camera() -> None:
    assert sources(MIEN_SOURCE="/dev/video0") == [("cam1", "/dev/video0")]


def test_an_empty_source_is_as_good_as_none() -> None:
    assert sources(MIEN_SOURCE="", MIEN_CAMERAS="") == [("cam1", "demo:")]


def test_several_cameras_come_in_their_order() -> None:
    assert sources(MIEN_CAMERAS="door=0 hall=test: yard=rtsp://host/live?a=1") == [
        ("door", "0"),
        ("hall", "test:"),
        ("yard", "rtsp://host/live?a=1"),
    ]


def test_a_source_with_spaces_is_quoted_as_in_a_shell() -> None:
    assert parse_cameras("door='/films/my door.mp4' hall=/a\\ b") == {
        "door": "/films/my door.mp4",
        "hall": "/a b",
    }


def test_a_source_may_have_commas_and_semicolons_in_it() -> None:
    assert parse_cameras("door=rtsp://host/;stream=1 hall='/films/a,b=c.mp4'") == {
        "door": "rtsp://host/;stream=1",
        "hall": "/films/a,b=c.mp4",
    }


def test_cameras_may_stand_on_lines_of_their_own() -> None:
    assert parse_cameras("\n  door=0\n  hall=1\n") == {"door": "0", "hall": "1"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MIEN_SOURCE", "MIEN_CAMERAS"),
        ("MIEN_SOURCE", "MIEN_CAMERAS_FILE"),
        ("MIEN_CAMERAS", "MIEN_CAMERAS_FILE"),
    ],
)
def test_two_ways_to_name_cameras_together_are_refused(one: str, other: str) -> None:
    with pytest.raises(SettingsError, match=f"{one} and {other} are both set"):
        sources(**{one: f"rtsp://u:{SECRET}@host", other: "door=0"})


def test_a_cameras_source_stays_out_of_its_text_so_that_no_log_holds_it() -> None:
    (camera,) = CaptureSettings.load({"MIEN_SOURCE": f"rtsp://u:{SECRET}@host"}).camera_list()
    assert SECRET not in repr(camera)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"door=0 rtsp://u:{SECRET}@host/live", "word 2 is not ID=SOURCE"),
        (f"door=0 rtsp://u:{SECRET}@host/live?channel=1", "word 2 does not begin with a camera id"),
        (f"rtsp://u:{SECRET}@host/?a=1", "word 1 does not begin with a camera id"),
        (f"door=0 =rtsp://u:{SECRET}@host", "word 2 does not begin with a camera id"),
        (f"Door=rtsp://u:{SECRET}@host", "word 1 does not begin with a camera id"),
        (f"door=rtsp://u:my {SECRET}!=x@host", "word 2 does not begin with a camera id"),
        (f"door=rtsp://u:{SECRET}@host door=0", "camera 'door' is there twice"),
        (f"door=rtsp://u:{SECRET}@host,hall=test:", "word 1 has two cameras in it: put a space"),
        (f"yard=0 door=demo:;hall=rtsp://u:{SECRET}@host", "word 2 has two cameras in it: put a space"),
        (f"door='rtsp://u:{SECRET}@host", "No closing quotation"),
        (f"door=rtsp://u:{SECRET}@host hall=", "word 2 is not ID=SOURCE"),
        ("   ", "names no camera"),
    ],
)
def test_a_wrong_list_is_one_line_that_says_where_and_never_shows_a_source(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        sources(MIEN_CAMERAS=text)
    line = str(caught.value)
    assert line.startswith("MIEN_CAMERAS")
    assert says in line
    assert SECRET not in line
    assert "host" not in line
    assert "\n" not in line


def test_every_camera_gets_the_settings_that_hold_for_all() -> None:
    settings = CaptureSettings.load(
        {
            "MIEN_CAMERAS": "door=0 hall=1",
            "MIEN_MODE": "on-demand",
            "MIEN_SIZE": "1280x720",
            "MIEN_FPS": "12.5",
            "MIEN_MIRROR": "true",
            "MIEN_JPEG_QUALITY": "70",
        }
    )
    for camera in settings.camera_list():
        assert (camera.mode, camera.size, camera.fps) == (Mode.ON_DEMAND, (1280, 720), 12.5)
        assert (camera.mirror, camera.jpeg_quality) == (True, 70)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MIEN_SIZE", "640"),
        ("MIEN_SIZE", "640x"),
        ("MIEN_SIZE", "0x0"),
        ("MIEN_SIZE", "640X480"),
        ("MIEN_SIZE", "-640x480"),
        ("MIEN_SIZE", "640x480x3"),
        ("MIEN_SIZE", "null"),
        ("MIEN_FPS", "0"),
        ("MIEN_FPS", "0.09"),
        ("MIEN_FPS", "-5"),
        ("MIEN_FPS", "241"),
        ("MIEN_FPS", "nan"),
        ("MIEN_FPS", "inf"),
        ("MIEN_FPS", "fast"),
        ("MIEN_MODE", "sometimes"),
        ("MIEN_MIRROR", "perhaps"),
        ("MIEN_JPEG_QUALITY", "0"),
        ("MIEN_JPEG_QUALITY", "101"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} '{value}': "):
        CaptureSettings.load({variable: value})


@pytest.mark.parametrize("other", ["0", "/dev/video0", "/dev//video0"])
def test_two_cameras_on_one_device_are_refused_by_name(other: str) -> None:
    settings = CaptureSettings.load({"MIEN_CAMERAS": f"door=0 hall={other}"})
    with pytest.raises(SettingsError) as refused:
        settings.camera_list()
    assert str(refused.value) == "MIEN_CAMERAS: camera 'hall' is on the same device as camera 'door'"


def test_two_cameras_may_show_the_same_file() -> None:
    settings = CaptureSettings.load({"MIEN_CAMERAS": "door=demo: hall=demo:"})
    assert [camera.id for camera in settings.camera_list()] == ["door", "hall"]
