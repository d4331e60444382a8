"""Made video files: each frame has its number in its pixels, and the time that a test gives it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import simplejpeg
from av.video.stream import VideoStream

from services.capture.pattern import draw, read_back
from services.capture.picture import BgrImage, Size

TICKS = 90_000
"""A second, in a video's units of time."""

STEADY = tuple(range(0, 30 * 3_600, 3_600))
"""Thirty frames, 25 a second."""

IN_GROUPS = {"bf": "2", "g": "10", "sc_threshold": "0"}
"""Options of libx264: a key frame every 10 frames, and frames that are decoded before those they follow."""


def write_video(
    path: Path,
    times: Sequence[int] = STEADY,
    *,
    codec: str = "libx264",
    size: Size = (320, 240),
    pixels: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    container: Mapping[str, str] | None = None,
    degrees: float = 0,
    mirrored: bool = False,
) -> Path:
    """Write a video of the drawn picture, frame n with the strip of number n at `times[n]`, in ticks."""
    with av.open(str(path), "w", options=dict(container or {})) as out:
        stream = out.add_stream(codec, rate=25, options=dict(IN_GROUPS if options is None else options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
        if degrees or mirrored:
            stream.set_display_rotation(degrees, hflip=mirrored)
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(drawn(number, size), format="bgr24")
            frame.pts, frame.time_base = time, Fraction(1, TICKS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def write_sound(path: Path, seconds: int = 1) -> Path:
    """Write a file with silence in it, and nothing to see."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48_000)
        for begin in range(0, seconds * 48_000, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, begin
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def drawn(number: int, size: Size = (320, 240)) -> BgrImage:
    """Return the picture of frame `number`."""
    return draw(number, 0, size)


def number_in(jpeg: bytes) -> int:
    """Return the number in a published picture that was drawn."""
    picture: BgrImage = simplejpeg.decode_jpeg(jpeg, colorspace="BGR")
    return read_back(picture).seq


def nanoseconds(times: Sequence[int]) -> list[int]:
    """Return times in ticks as they are to be read: from the first one, in nanoseconds."""
    return [round(Fraction(time - times[0], TICKS) * 10**9) for time in times]


def damage(path: Path, begin: float, end: float) -> Path:
    """Overwrite a part of a file, given as shares of its length, with ones."""
    data = bytearray(path.read_bytes())
    part = slice(int(begin * len(data)), int(end * len(data)))
    data[part] = b"\xff" * len(data[part])
    path.write_bytes(data)
    return path


def cut(path: Path, share: float) -> Path:
    """Cut a file off behind a share of its length."""
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    return path
