"""What a video is, as far as its beginning tells."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av

from services.capture.recording.opening import open_video, refused
from services.capture.recording.packets import Packets
from services.capture.recording.pictures import Pictures
from services.capture.recording.reader import Reader, usual_rate
from services.capture.recording.timeline import Timeline

LOOKED_AT = 1_000
"""Frames, from the first, whose times tell whether a video's rate is variable; half a minute."""

OUT_OF_ORDER = 32
"""Frames at the end of these that others may still come between: twice H.264's most reordering."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a video's container says of it, and its first frame.

    Attributes:
        width: of its frames as they are shown, in pixels.
        height: the same.
        rotation: by how many degrees they are turned clockwise for that: 0, 90, 180, 270.
        mirrored: whether left and right are exchanged before.
        frames: how many there are, about; None where nothing says so.
        duration_s: of the video; None where nothing says so.
        fps: its mean rate; None where nothing says so.
        variable: whether the times between its frames differ, judged by its beginning.
        codec: FFmpeg's name of it, such as `h264`.
        container: FFmpeg's name of it, such as `matroska`.
        start_s: when the first frame is shown, from the beginning of the container: sound may come before.
    """

    width: int
    height: int
    rotation: int
    mirrored: bool
    frames: int | None
    duration_s: float | None
    fps: float | None
    variable: bool
    codec: str
    container: str
    start_s: float


def describe(path: Path) -> Description:
    """Look at a video file, at its beginning only.

    Raises:
        SourceError: it is none, or no frame of it can be decoded.
    """
    variable = _is_variable(path)
    with Reader(path) as reader:
        first = next(frame for frame in reader if frame.frame is not None)
        if not Pictures().publish(first).jpeg:
            raise refused(path, f"pixels of the format {reader.stream.pix_fmt!r} cannot be read")
        rate = reader.stream.average_rate
        duration = _duration(reader)
        start = Fraction(reader.container.start_time or 0, av.time_base)
        return Description(
            width=first.size[0],
            height=first.size[1],
            rotation=first.turn.degrees,
            mirrored=first.turn.reverses,
            frames=reader.stream.frames or (round(duration * rate) if duration and rate else None),
            duration_s=None if duration is None else round(float(duration), 6),
            fps=None if rate is None else round(float(rate), 6),
            variable=variable,
            codec=reader.stream.codec_context.name,
            container=reader.container.format.name,
            start_s=round(float(max(reader.timeline.origin - start, Fraction(0))), 6),
        )


def _is_variable(path: Path) -> bool:
    container, stream = open_video(path)
    with container:
        packets = Packets(container, stream)
        stamps = [packets.stamp(packet) for packet in islice(packets, LOOKED_AT)]
        known = sorted(stamp for stamp in stamps if stamp is not None)
        times = Timeline(1 / usual_rate(stream))
        for stamp in known[:-OUT_OF_ORDER] if len(stamps) == LOOKED_AT else known:
            times.place(stamp * (stream.time_base or Fraction(0)))
        return times.variable


def _duration(reader: Reader) -> Fraction | None:
    stream = reader.stream
    if stream.duration is not None and stream.time_base is not None:
        return stream.duration * stream.time_base
    whole = reader.container.duration
    return None if whole is None else Fraction(whole, av.time_base)
