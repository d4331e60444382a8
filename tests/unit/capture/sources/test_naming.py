"""Which kind of source a spec names, and how it is shown."""

from pathlib import Path

import pytest

from services.capture.sources import kind_of, masked
from shared.errors import SourceError


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("demo:", "demo"),
        ("test:", "test"),
        ("test:640x480@30", "test"),
        ("0", "webcam"),
        ("12", "webcam"),
        ("/dev/video2", "webcam"),
        ("/dev/v4l/by-id/usb-cam-index0", "webcam"),
        ("http://cam/stream", "network"),
        ("HTTPS://cam/stream", "network"),
        ("rtsp://u:p@cam:554/1", "network"),
        ("rtsps://cam/1", "network"),
    ],
)
def test_a_spec_tells_its_kind(spec: str, kind: str) -> None:
    assert kind_of(spec) == kind


def test_a_path_is_a_file_or_a_folder_by_what_lies_there(tmp_path: Path) -> None:
    file = tmp_path / "0.mp4"
    file.touch()

    assert kind_of(str(file)) == "file"
    assert kind_of(str(tmp_path)) == "folder"


@pytest.mark.parametrize(
    "spec", ["", "  ", "demo", "nowhere.mp4", "a" * 5000, "ftp://cam", "tset:", "http://"]
)
def test_what_is_no_source_is_refused_in_one_line_that_names_it(spec: str) -> None:
    with pytest.raises(SourceError) as refusal:
        kind_of(spec)

    assert repr(spec) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "spec",
    [
        "ftp://root:hunter2@cam/x",
        "rtsp:/root:hunter2@cam/x",
        "rtsp:/cam/hunter2",
        "root:hunter2@cam/x",
        "/rtsp://root:hunter2@cam/x",
        "./rtsp://root:hunter2@cam/x",
        " rtsp://root:hunter2@cam/x",
        "//root:hunter2@cam/x",
        "//cam/hunter2",
        "cam/x?hunter2",
    ],
)
def test_a_refusal_keeps_credentials_to_itself(spec: str) -> None:
    with pytest.raises(SourceError) as refusal:
        kind_of(spec)

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("rtsp://root:hunter2@cam:554/live", "rtsp://cam:554/..."),
        ("RTSP://root:hunter2@[fe80::1]:554", "RTSP://[fe80::1]:554"),
        ("rtsp://root:hun/ter@2@cam/live", "rtsp://..."),
        ("rtsp://root:hunter2", "rtsp://..."),
        ("rtsp://cam/live/hunter2", "rtsp://cam/..."),
        ("rtsps://nvr:7441/hunter2?enableSrtp", "rtsps://nvr:7441/..."),
        ("rtsp://cam/user=root_password=hunter2_channel=1", "rtsp://cam/..."),
        ("http://cam/video?user=root&pwd=hunter2", "http://cam/..."),
        ("http://cam/x?hunter2", "http://cam/..."),
        ("rtsp://cam/11?root:hunter2", "rtsp://cam/..."),
        ("http://cam?a=b&hunter2", "http://cam/..."),
        ("http://cam/x?to=me@hunter2", "http://..."),
        (" rtsp://root:hunter2@cam/x", " rtsp://cam/..."),
        ("./rtsp://root:hunter2@cam/x", "./rtsp://cam/..."),
        ("rtsp:/root:hunter2@cam/x", "rtsp:/..."),
        ("root:hunter2@cam/x", "..."),
        ("http://cam:8080", "http://cam:8080"),
        ("http://cam:8080/", "http://cam:8080/"),
        ("/home/me/party.mp4", "/home/me/party.mp4"),
        ("0", "0"),
    ],
)
def test_of_an_address_only_scheme_and_host_are_shown(spec: str, shown: str) -> None:
    assert masked(spec) == shown
