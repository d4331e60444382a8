"""Webcams that are not there, or are none; a real one is for people to try."""

import pytest

from services.capture.sources import open_source
from shared.errors import SourceError


@pytest.mark.parametrize(("spec", "device"), [("97", "/dev/video97"), ("/dev/video98", "/dev/video98")])
def test_an_absent_webcam_is_named_and_the_others_are_told(spec: str, device: str) -> None:
    with pytest.raises(SourceError, match=f"webcam {device}: no such device; (found|no other)"):
        open_source(spec)


def test_a_device_that_is_no_camera_is_refused() -> None:
    with pytest.raises(SourceError, match="webcam /dev/null: is no camera"):
        open_source("/dev/null")


def test_a_webcam_without_permission_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)

    with pytest.raises(SourceError, match="usermod -aG video"):
        open_source("/dev/null")
