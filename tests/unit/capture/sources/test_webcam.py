"""Webcams that are not there, or are none; a real one is for people to try."""

import os
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest
import simplejpeg

from services.capture.picture import BgrImage, JpegImage, Size
from services.capture.sources import Granting, open_camera, open_source, webcam
from services.capture.sources.source import Lossy
from shared.errors import SourceError


@pytest.mark.parametrize(("spec", "device"), [("97", "/dev/video97"), ("/dev/video98", "/dev/video98")])
def test_an_absent_webcam_is_named_and_the_others_are_told(spec: str, device: str) -> None:
    with pytest.raises(SourceError, match=f"webcam {device}: no such device; (found|no other)"):
        open_source(spec)


def test_the_other_devices_are_told_without_opening_any(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def note(path: object, *_: object) -> int:
        opened.append(path)
        raise PermissionError

    monkeypatch.setattr(Path, "glob", lambda *_: iter([Path("/dev/video96"), Path("/dev/video97")]))
    monkeypatch.setattr(os, "open", note)

    with pytest.raises(SourceError, match=r"no such device; found: /dev/video96$"):
        open_source("97")
    assert opened == []


def test_a_device_that_is_no_camera_is_refused() -> None:
    with pytest.raises(SourceError, match="webcam /dev/null: is no camera"):
        open_source("/dev/null")


def test_a_webcam_without_permission_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)

    with pytest.raises(SourceError, match="usermod -aG video"):
        open_source("/dev/null")


class FakeDevice:
    """A webcam behind OpenCV: it gives one grey picture for ever, as a JPEG where it is not to be decoded."""

    PICTURE = np.full((48, 64, 3), 90, np.uint8)

    def __init__(self, *, motion_jpeg: bool) -> None:
        self._motion_jpeg = motion_jpeg
        self._settings: dict[int, float] = {cv2.CAP_PROP_CONVERT_RGB: 1}

    def set(self, setting: int, value: float) -> bool:
        if setting == cv2.CAP_PROP_FOURCC and not self._motion_jpeg:
            return False
        self._settings[setting] = value
        return True

    def get(self, setting: int) -> float:
        return self._settings.get(setting, 0.0)

    def read(self) -> tuple[bool, BgrImage]:
        if self._settings[cv2.CAP_PROP_CONVERT_RGB]:
            return True, self.PICTURE
        return True, np.frombuffer(simplejpeg.encode_jpeg(self.PICTURE), np.uint8)[np.newaxis]


@pytest.mark.parametrize("motion_jpeg", [True, False])
def test_a_webcam_that_gives_motion_jpeg_is_passed_on_and_another_is_decoded(
    monkeypatch: pytest.MonkeyPatch, motion_jpeg: bool
) -> None:
    monkeypatch.setattr(webcam, "_device", lambda _spec: "/dev/video0")
    monkeypatch.setattr(webcam, "open_capture", lambda *_: FakeDevice(motion_jpeg=motion_jpeg))

    given = open_camera("0").read()

    assert isinstance(given, JpegImage) == motion_jpeg
    assert (given.width, given.height) == (64, 48) if isinstance(given, JpegImage) else given.shape[2] == 3
    assert isinstance(open_source("0").read(), np.ndarray)


class Flaky(FakeDevice):
    """A webcam of whose JPEGs every other one is none."""

    def __init__(self) -> None:
        super().__init__(motion_jpeg=True)
        self._given = 0

    def read(self) -> tuple[bool, BgrImage]:
        self._given += 1
        if self._given % 2:
            return True, np.frombuffer(b"no picture", np.uint8)[np.newaxis]
        return super().read()


def test_the_broken_pictures_of_a_webcam_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webcam, "_device", lambda _spec: "/dev/video0")
    monkeypatch.setattr(webcam, "open_capture", lambda *_: Flaky())

    given = open_camera("0")
    assert isinstance(given, Lossy)
    for _ in range(3):
        given.read()

    assert given.broken == 3


class Modest(FakeDevice):
    """A webcam that has one size and one rate."""

    MODE: ClassVar = {
        cv2.CAP_PROP_FRAME_WIDTH: 1280.0,
        cv2.CAP_PROP_FRAME_HEIGHT: 720.0,
        cv2.CAP_PROP_FPS: 30.0,
    }

    def get(self, setting: int) -> float:
        return self.MODE.get(setting, super().get(setting))


@pytest.mark.parametrize(
    ("size", "fps", "asked"),
    [
        ((1920, 1080), 60.0, ", asked for 1920x1080 and 60 a second"),
        (None, 60.0, ", asked for 60 a second"),
        ((640, 480), None, ", asked for 640x480"),
        (None, None, ""),
    ],
)
def test_a_webcam_tells_what_it_grants_beside_what_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, size: Size | None, fps: float | None, asked: str
) -> None:
    monkeypatch.setattr(webcam, "_device", lambda _spec: "/dev/video0")
    monkeypatch.setattr(webcam, "open_capture", lambda *_: Modest(motion_jpeg=True))

    given = open_camera("0", size=size, fps=fps)

    assert isinstance(given, Granting)
    assert given.granted == f"MJPG 1280x720 at 30{asked}"


def test_what_grants_nothing_is_asked_for_nothing() -> None:
    assert not isinstance(open_camera("test:"), Granting)
