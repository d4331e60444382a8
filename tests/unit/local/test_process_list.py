import pytest

from services.local.cameras import Camera
from services.local.process_list import with_hidden_addresses

DOOR = "rtsp://me:hunter2@10.0.0.7/live?a=b"
CAMERAS = [Camera("door", DOOR), Camera("cam1", "http://10.0.0.8/"), Camera("cam2", "2")]


@pytest.mark.parametrize(
    "given",
    [
        ["--camera", f"door={DOOR}", "--source", "http://10.0.0.8/", "--source", "2"],
        [f"--camera=door={DOOR}", "--source=http://10.0.0.8/", "--source", "2"],
    ],
)
def test_cameras_go_from_the_command_line_into_the_environment(given: list[str]) -> None:
    words = ["-m", "services.cli", "up", "--workers", "2", *given, "--open"]

    hidden = with_hidden_addresses(
        words, CAMERAS, {"MIEN_SOURCE": "demo:", "MIEN_CAMERAS_FILE": "x.yaml", "HOME": "/home/me"}
    )

    assert hidden is not None
    left, environ = hidden
    assert left == ["-m", "services.cli", "up", "--workers", "2", "--open"]
    assert environ == {
        "HOME": "/home/me",
        "MIEN_CAMERAS": f"'door={DOOR}' cam1=http://10.0.0.8/ cam2=2",
    }


def test_cameras_without_an_address_stay_where_they_are() -> None:
    assert with_hidden_addresses(["up", "--source", "0"], [Camera("cam1", "0")], {}) is None
