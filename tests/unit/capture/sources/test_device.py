from pathlib import Path

import pytest

from services.capture.sources.device import device_of


@pytest.mark.parametrize("spec", ["97", "097", "/dev/video97", "/dev//video97"])
def test_a_webcam_has_one_device_whatever_it_is_called(spec: str) -> None:
    assert device_of(spec) == "/dev/video97"


def test_a_link_to_a_device_is_the_device(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "by-id").symlink_to("video0")
    assert device_of(f"/dev/..{tmp_path}/by-id") == str(tmp_path / "video0")


@pytest.mark.parametrize("spec", ["demo:", "test:", "rtsp://host/dev/video0", "film.mp4", ""])
def test_what_is_no_webcam_has_no_device(spec: str) -> None:
    assert device_of(spec) is None
