"""What a frame costs capture whose camera's JPEGs are passed on, beside decoding and encoding them."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.jpeg_camera import jpeg_camera
from benchmarks.pipeline import NoMeasurement
from services.inference.pictures import decode_jpeg, encode_jpeg
from services.local.embedded import EmbeddedBroker

SIZES = ((640, 480), (1280, 720), (1920, 1080))
FPS = 30.0
QUALITY = 90
"""Of the camera's JPEGs, as most have it."""

PICTURES = 30
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class PassingOn:
    """One size of pictures.

    Attributes:
        width: in pixels.
        height: in pixels.
        picture_kb: how large a JPEG is, on average.
        passed_on_ms: capture's CPU for a frame, all of its threads, from the socket to the broker.
        decoded_ms: the same where it decodes and encodes.
        passed_on_fps: frames a second meanwhile.
        decoded_fps: frames a second meanwhile.
        ratio: how much more the latter costs.
    """

    width: int
    height: int
    picture_kb: float
    passed_on_ms: float
    decoded_ms: float
    passed_on_fps: float
    decoded_fps: float
    ratio: float


def run(
    frames: Sequence[bytes], seconds: float, sizes: Sequence[tuple[int, int]] = SIZES
) -> Iterator[PassingOn]:
    """Yield each size, both ways one after the other, so many seconds each.

    Raises:
        NoMeasurement: too little was captured.
    """
    for width, height in sizes:
        pictures = [resized(jpeg, width, height) for jpeg in frames[:PICTURES]]
        with jpeg_camera(pictures, FPS) as address, EmbeddedBroker() as broker:
            passed_on, decoded = (
                _measured(how, seconds, address, broker.url) for how in ("passed-on", "decoded")
            )
        yield PassingOn(
            width,
            height,
            round(sum(map(len, pictures)) / len(pictures) / 1000, 1),
            round(passed_on["cpu_ms"], 2),
            round(decoded["cpu_ms"], 2),
            round(passed_on["fps"], 1),
            round(decoded["fps"], 1),
            round(decoded["cpu_ms"] / passed_on["cpu_ms"], 1),
        )


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """Return a JPEG in another size."""
    return encode_jpeg(np.asarray(cv2.resize(decode_jpeg(jpeg), (width, height)), np.uint8), QUALITY)


def _measured(how: str, seconds: float, address: str, broker: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.one_camera", how, str(seconds)]
    try:
        answer = subprocess.run(  # noqa: S603  our own program
            command,
            input=f"{address}\n{broker}\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + PATIENCE_S,
        )
    except subprocess.TimeoutExpired as error:
        raise NoMeasurement(f"capture took more than {error.timeout:.0f} s") from error
    if answer.returncode != 0:
        raise NoMeasurement((answer.stderr.strip().splitlines() or ["capture ended"])[-1])
    return dict(json.loads(answer.stdout))
