"""OpenCV's video reader, quiet and with its answers checked."""

import os
from collections.abc import Mapping
from typing import cast

import cv2

from services.capture.picture import BgrImage

_FFMPEG_SAYS_NOTHING = "-8"  # AV_LOG_QUIET in FFmpeg's libavutil/log.h
_OPENCV_SAYS_NOTHING = 0  # LOG_LEVEL_SILENT in OpenCV's utils/logger.defines.hpp


def open_capture(target: str, backend: int, options: Mapping[int, int]) -> cv2.VideoCapture | None:
    """Open `target` with one of OpenCV's backends; None if that doesn't work.

    `options` are `cv2.CAP_PROP_*` that the backend takes while it opens.
    """
    _silence()
    try:
        capture = cv2.VideoCapture(target, backend, [number for pair in options.items() for number in pair])
    except cv2.error:
        return None
    return capture if capture.isOpened() else None


def next_picture(capture: cv2.VideoCapture) -> BgrImage | None:
    """Read one picture; None at the end, on a loss, and for what cannot be decoded."""
    try:
        ok, picture = capture.read()
    except cv2.error:
        return None
    return cast(BgrImage, picture) if ok and picture is not None else None


def _silence() -> None:
    # Both print to stderr by themselves, addresses with passwords included; our errors say what matters.
    # FFmpeg's level can only be given by the environment, which OpenCV reads at its first use of FFmpeg.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _FFMPEG_SAYS_NOTHING)
    cv2.utils.logging.setLogLevel(_OPENCV_SAYS_NOTHING)
