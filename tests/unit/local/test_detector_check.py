import pytest

from services.local.detector_check import check_detector
from services.local.findings import State


def here(_name: str) -> bool:
    return True


def absent(_name: str) -> bool:
    return False


def test_the_cascade_is_the_default_and_always_usable() -> None:
    finding = check_detector({}, absent)
    assert finding.state is State.OK
    assert finding.text.startswith("cascade, for faces towards the camera")


def test_without_its_package_centerface_is_named_with_what_installs_it() -> None:
    finding = check_detector({"MIEN_DETECTOR": "cascade"}, absent)
    assert "turned and tilted heads" in finding.text
    assert "make centerface" in finding.text


def test_with_its_package_centerface_is_named_with_its_setting() -> None:
    finding = check_detector({}, here)
    assert "MIEN_DETECTOR=centerface" in finding.text
    assert "make centerface" not in finding.text


def test_centerface_is_ok_where_its_package_is() -> None:
    finding = check_detector({"MIEN_DETECTOR": "centerface"}, here)
    assert finding.state is State.OK
    assert finding.text.startswith("centerface")


def test_centerface_without_its_package_is_broken_and_says_what_to_install() -> None:
    finding = check_detector({"MIEN_DETECTOR": "centerface"}, absent)
    assert finding.state is State.BROKEN
    assert "make centerface" in finding.remedy


@pytest.mark.parametrize("name", ["face", "CASCADE"])
def test_another_detector_is_broken_and_named(name: str) -> None:
    finding = check_detector({"MIEN_DETECTOR": name}, here)
    assert finding.state is State.BROKEN
    assert name in finding.text
