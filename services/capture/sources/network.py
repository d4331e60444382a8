"""Cameras and videos at an http(s) or rtsp(s) address."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Generic

import cv2

from services.capture.sources import http, rtsp
from services.capture.sources.jpeg_stream import jpeg_stream
from services.capture.sources.jpegs import PassedOn, is_motion_jpeg, pass_on
from services.capture.sources.naming import masked
from services.capture.sources.native import next_picture, open_capture
from services.capture.sources.source import P, PixelSource, Source
from services.capture.sources.video import VideoSource
from shared.errors import SourceError

PATIENCE_S = 5.0
"""How long an address may take to answer, and then to give the next picture."""

_JPEG_PARTS = "multipart/x-mixed-replace"


class NetworkStream(Generic[P]):
    """A live stream, each picture as soon as it arrives.

    Nothing collects on the way as long as the reader keeps up: the decoder runs in one thread, because
    FFmpeg's frame threads hold one picture back each. OpenCV asks RTSP cameras for TCP first by itself.

    Args:
        capture: the open stream.
        name: how errors call it, credentials masked.
        take: reads the next picture; None at the end.
        patience_s: how long a picture may take to arrive.
        monotonic: seconds.
        jpegs: what `take` checks pictures with, where it does.
    """

    def __init__(
        self,
        capture: cv2.VideoCapture,
        name: str,
        take: Callable[[cv2.VideoCapture], P | None],
        patience_s: float,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        jpegs: PassedOn | None = None,
    ) -> None:
        self._jpegs = jpegs
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._take = take
        self._capture = capture
        self._name = name
        self.fps: float | None = _told_fps(capture)

    @property
    def broken(self) -> int:
        """How many pictures that cannot be decoded were passed over; FFmpeg does not tell of its own."""
        return self._jpegs.broken if self._jpegs else 0

    def read(self) -> P:
        """Return the next picture that arrives."""
        late_at = self._monotonic() + self._patience_s
        picture = self._take(self._capture)
        # When nothing comes any longer, FFmpeg gives up the picture that it held back: one of long ago.
        if picture is None or self._monotonic() >= late_at:
            raise SourceError(f"{self._name}: the stream ended or gave no picture for {self._patience_s:g} s")
        return picture

    def close(self) -> None:
        """Hang up."""
        self._capture.release()


def open_network(address: str, fps: float | None, patience_s: float = PATIENCE_S) -> PixelSource:
    """Open a live stream, or a recording, which has a length and is played as a file would be.

    The address of a single picture counts as a recording of one, and is asked again for each picture.

    Raises:
        SourceError: nobody answers, or what answers is no video.
    """
    name = f"source {masked(address)}"
    capture = _answering(address, name, patience_s)
    recording = _recording(capture, address, name, fps, patience_s)
    return recording or NetworkStream(capture, name, next_picture, patience_s)


def open_network_camera(address: str, fps: float | None, patience_s: float = PATIENCE_S) -> Source:
    """Open the same; a live stream that is Motion JPEG is passed on as it is.

    Raises:
        SourceError: nobody answers, or what answers is no video.
    """
    name = f"source {masked(address)}"
    if _is_http(address):
        answer = http.ask(address, name, patience_s)
        if answer.kind == _JPEG_PARTS:
            return jpeg_stream(answer, name, patience_s)
        answer.close()
    capture = _answering(address, name, patience_s)
    recording = _recording(capture, address, name, fps, patience_s)
    if recording is not None:
        return recording
    if pass_on(capture):
        jpegs = PassedOn()
        return NetworkStream(capture, name, jpegs.next, patience_s, jpegs=jpegs)
    return NetworkStream(capture, name, next_picture, patience_s)


def _is_http(address: str) -> bool:
    return address.lower().startswith("http")


def _answering(address: str, name: str, patience_s: float) -> cv2.VideoCapture:
    give_up = time.monotonic() + patience_s
    capture = open_capture(address, cv2.CAP_FFMPEG, _options(patience_s))
    if capture is not None:
        return capture
    if time.monotonic() >= give_up:
        raise SourceError(f"{name}: no answer within {patience_s:g} s; check the address and the network")
    _check_answer(address, name, patience_s)
    raise SourceError(f"{name}: cannot be opened; check that it is video")


def _check_answer(address: str, name: str, patience_s: float) -> None:
    if _is_http(address):
        http.ask(address, name, patience_s).close()
    elif reason := rtsp.why_refused(address, patience_s):
        raise SourceError(f"{name}: {reason}")


def _recording(
    capture: cv2.VideoCapture, address: str, name: str, fps: float | None, patience_s: float
) -> PixelSource | None:
    if capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 0:
        return None
    capture.release()
    return VideoSource(address, name, fps, _options(patience_s))


def _told_fps(capture: cv2.VideoCapture) -> float | None:
    if is_motion_jpeg(capture):
        return None  # Motion JPEG carries no rate; FFmpeg says 25 for want of one
    told = capture.get(cv2.CAP_PROP_FPS)
    return told if math.isfinite(told) and told > 0 else None


def _options(patience_s: float) -> Mapping[int, int]:
    patience_ms = int(patience_s * 1000)
    return {
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: patience_ms,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC: patience_ms,
        cv2.CAP_PROP_N_THREADS: 1,
    }
