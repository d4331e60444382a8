import errno
import os
from pathlib import Path

import pytest

from services.local.camera_check import check_cameras
from services.local.findings import Finding, State
from services.local.webcams import Webcam, Webcams


def found(tmp_path: Path, *webcams: Webcam, devices: tuple[Path, ...] = ()) -> list[Finding]:
    """Check webcams where the kernel knows no other."""
    there = devices or tuple(Path(webcam.path) for webcam in webcams)
    return list(check_cameras(Webcams(there, webcams), tmp_path / "none"))


def test_no_webcam_is_no_fault(tmp_path: Path) -> None:
    (finding,) = found(tmp_path)

    assert finding.state is State.OK
    assert "demo" in finding.text


def test_each_device_is_listed_with_what_it_can_do(tmp_path: Path) -> None:
    modes = ("MJPG 1280x720 at 30", "YUYV 640x480 at 15")
    first, second = found(
        tmp_path, Webcam("/dev/video0", "HD Cam", True, modes), Webcam("/dev/video1", "HD Cam")
    )

    assert first.text == "webcam /dev/video0, HD Cam: MJPG 1280x720 at 30, YUYV 640x480 at 15"
    assert "gives no pictures" in second.text
    assert (first.state, second.state) == (State.OK, State.OK)


@pytest.mark.parametrize(
    ("number", "text", "remedy"),
    [
        (errno.EPERM, "container may not use it", "--device /dev/video9"),
        (errno.EBUSY, "another program", "Close that"),
        (errno.ENODEV, "no camera behind it", "Plug it in again"),
        (errno.ENOTTY, "no video device", "demo:"),
        (errno.EIO, "Input/output error", "demo:"),
        (errno.EACCES, "may not be opened", "demo:"),
    ],
)
def test_what_keeps_a_device_from_being_used_is_told_with_its_remedy(
    tmp_path: Path, number: int, text: str, remedy: str
) -> None:
    (finding,) = found(tmp_path, Webcam("/dev/video9", errno=number))

    assert finding.state is State.WARNING
    assert text in finding.text
    assert remedy in finding.remedy


def test_where_nobody_could_be_asked_the_reason_is_told_and_no_device_is_blamed(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    device.touch()
    there = Webcams((device,), (), "No module named 'cv2'")

    (finding,) = check_cameras(there, tmp_path / "none")

    assert finding.state is State.WARNING
    assert finding.text == f"{device} could not be asked: No module named 'cv2'"
    assert "Plug it in" not in finding.remedy


@pytest.fixture
def forbidden(tmp_path: Path) -> Webcam:
    path = tmp_path / "video0"
    path.touch()
    return Webcam(str(path), errno=errno.EACCES)


def test_a_device_whose_group_lacks_this_user_leads_to_the_group(
    tmp_path: Path, forbidden: Webcam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getegid", lambda: 4_242)
    monkeypatch.setattr(os, "getgroups", lambda: [4_242])
    (finding,) = found(tmp_path, forbidden)

    assert "not in its group" in finding.text
    assert finding.remedy.startswith("sudo usermod -aG ")


def no_name(group: int) -> None:
    raise KeyError(group)


def test_a_device_whose_group_has_no_name_here_leads_to_its_number(
    tmp_path: Path, forbidden: Webcam, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Path(forbidden.path).stat().st_gid
    monkeypatch.setattr(os, "getegid", lambda: group + 1)
    monkeypatch.setattr(os, "getgroups", list)
    monkeypatch.setattr("grp.getgrgid", no_name)
    (finding,) = found(tmp_path, forbidden)

    assert f"its group {group} is missing here" in finding.text
    assert f"--group-add {group}" in finding.remedy


def test_a_device_that_even_its_group_may_not_open_leads_to_its_mode(
    tmp_path: Path, forbidden: Webcam
) -> None:
    (finding,) = found(tmp_path, forbidden)

    assert "chmod g+rw" in finding.remedy


def test_a_device_that_nobody_could_ask_does_not_answer(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    device.touch()
    (finding,) = found(tmp_path, devices=(device,))

    assert "does not answer" in finding.text


def test_a_device_that_only_the_kernel_has_is_to_be_mapped_in(tmp_path: Path) -> None:
    (tmp_path / "video0").mkdir()
    (finding,) = check_cameras(Webcams(), tmp_path)

    assert finding.state is State.WARNING
    assert "/dev/video0 is not here" in finding.text
    assert "compose.webcam.yml" in finding.remedy
