from pathlib import Path

from services.local.webcams import Webcams, find_webcams


def test_without_a_device_nothing_is_asked_and_nothing_found(tmp_path: Path) -> None:
    assert find_webcams(tmp_path) == Webcams()


def test_a_device_that_this_user_may_not_open_is_forbidden(tmp_path: Path) -> None:
    missing, there = tmp_path / "video0", tmp_path / "video1"
    there.touch()
    assert Webcams((missing, there)).forbidden() == [missing]


def test_devices_that_are_no_webcams_do_not_work(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert find_webcams(tmp_path).devices == (tmp_path / "video0",)
