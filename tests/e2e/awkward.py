"""Awkward video files, made with FFmpeg when they are asked for, and what is to become of each."""

import random
import shutil
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.brokers import lacking

PICTURE = "testsrc2=size={size}:rate={fps}"
ONE = 1 << 16  # 1.0 in a display matrix

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "15")


@dataclass(frozen=True, slots=True)
class Awkward:
    """A file.

    Attributes:
        name: its.
        make: writes it.
        frames: that are to be read; at most, where some are missing; 0 where it is to be refused.
        size: in which they are shown.
        refused: what is to be said where it is.
        ends_early: whether more was there once, and the container tells.
        broken: whether some of its frames are damaged or cannot be decoded, or are missing within.
    """

    name: str
    make: Callable[[Path], None]
    frames: int = 0
    size: tuple[int, int] = (320, 240)
    refused: str = ""
    ends_early: bool = False
    broken: bool = False


def ffmpeg(*arguments: str | Path) -> None:
    """Run FFmpeg; skips the test where it isn't installed."""
    program = shutil.which("ffmpeg")
    if program is None:
        lacking("ffmpeg is not installed")
    command = [str(program), "-v", "error", "-nostdin", "-y", "-threads", "1", *map(str, arguments)]
    subprocess.run(command, check=True)


def video(*options: str, seconds: float = 2, size: str = "320x240", fps: int = 30) -> Callable[[Path], None]:
    """Return what writes a moving picture; `options` of FFmpeg's output, H.264 where they name no codec."""
    codec = () if "-c:v" in options else H264

    def make(path: Path) -> None:
        picture = f"{PICTURE.format(size=size, fps=fps)}:duration={seconds}"
        ffmpeg("-f", "lavfi", "-i", picture, *codec, *options, path)

    return make


def with_sound(seconds: float, *options: str) -> Callable[[Path], None]:
    """Return what writes a moving picture of two seconds beside a sound of `seconds`."""

    def make(path: Path) -> None:
        picture = f"{PICTURE.format(size='320x240', fps=30)}:duration=2"
        sound = f"sine=duration={seconds}"
        ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *H264, *options, path)

    return make


def shown_by(a: int, b: int, c: int, d: int) -> Callable[[Path], None]:
    """Return what writes a video with a display matrix: x' = a x + c y, y' = b x + d y."""

    def make(path: Path) -> None:
        video()(path)
        data = bytearray(path.read_bytes())
        place = data.index(b"tkhd") + 44  # ISO/IEC 14496-12, 8.3.2, version 0
        data[place : place + 36] = struct.pack(">9i", a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)
        path.write_bytes(data)

    return make


def cut(make: Callable[[Path], None], share: float) -> Callable[[Path], None]:
    """Return what writes the first part of a file."""

    def make_part(path: Path) -> None:
        make(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(share * len(data))])

    return make_part


def without_beginning(make: Callable[[Path], None], share: float) -> Callable[[Path], None]:
    """Return what writes the rest of a transport stream, from a packet on."""

    def make_part(path: Path) -> None:
        make(path)
        data = path.read_bytes()
        path.write_bytes(data[int(share * len(data)) // 188 * 188 :])

    return make_part


def damaged(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what writes a file with a twentieth of noise in its middle."""

    def make_damaged(path: Path) -> None:
        make(path)
        data = bytearray(path.read_bytes())
        noise = random.Random(1).randbytes(len(data) // 20)
        data[len(data) // 2 : len(data) // 2 + len(noise)] = noise
        path.write_bytes(data)

    return make_damaged


def joined(*makes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what writes several transport streams into one file."""

    def make_joined(path: Path) -> None:
        parts = []
        for make in makes:
            make(path)
            parts.append(path.read_bytes())
        path.write_bytes(b"".join(parts))

    return make_joined


def holding(content: bytes) -> Callable[[Path], None]:
    """Return what writes a file of that content."""

    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def picture(path: Path) -> None:
    """Write a picture of the kind that the name says."""
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(size="320x240", fps=1), "-frames:v", "1", path)


def sound(path: Path) -> None:
    """Write a sound."""
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", path)


def sound_with_cover(path: Path) -> None:
    """Write a sound with a picture on its cover."""
    cover = path.with_suffix(".jpg")
    picture(cover)
    inputs = ("-f", "lavfi", "-i", "sine=duration=1", "-i", cover)
    ffmpeg(*inputs, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v:0", "attached_pic", path)


def late(path: Path) -> None:
    """Write a video whose times begin at five seconds."""
    plain = path.with_suffix(".mp4")
    video()(plain)
    ffmpeg("-itsoffset", "5", "-i", plain, "-c", "copy", "-copyts", path)


def unfinished(path: Path) -> None:
    """Write what a camera leaves whose battery ran out: the frames, and no table of them."""
    video()(path)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])


def unknown(path: Path) -> None:
    """Write a video of a codec that nobody knows."""
    video()(path)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC"))


def trimmed(path: Path) -> None:
    """Write a video of which a phone shows no more than the part from 0.75 s on: an edit list."""
    plain = path.with_suffix(".mov")
    video()(plain)
    ffmpeg("-ss", "0.75", "-i", plain, "-c", "copy", path)


UNEVEN = "select='not(mod(n,3))+lt(n,20)',setpts='PTS+0.008*sin(N)/TB'"
VARIABLE = ("-vf", UNEVEN, "-fps_mode", "vfr")
TABLE_FIRST = ("-movflags", "+faststart")
FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")

AWKWARD = (
    Awkward("turned-right.mp4", shown_by(0, 1, -1, 0), 60, size=(240, 320)),
    Awkward("turned-left.mov", shown_by(0, -1, 1, 0), 60, size=(240, 320)),
    Awkward("upside-down.mp4", shown_by(-1, 0, 0, -1), 60),
    Awkward("mirrored.mp4", shown_by(-1, 0, 0, 1), 60),
    Awkward("mirrored-and-turned.mp4", shown_by(0, 1, 1, 0), 60, size=(240, 320)),
    Awkward("variable.mp4", video(*VARIABLE), 33),
    Awkward("variable.mkv", video(*VARIABLE), 33),
    Awkward("variable.webm", video(*VARIABLE, *VP9), 33),
    Awkward("4k.mp4", video(seconds=0.2, size="3840x2160"), 6, size=(3840, 2160)),
    Awkward("one-frame.mp4", video("-frames:v", "1"), 1),
    Awkward("fast.mp4", video(seconds=0.5, fps=240), 120),
    Awkward("slow.mp4", video(seconds=6, fps=1), 6),
    Awkward("odd.mp4", video("-vf", "format=yuv444p,crop=319:237"), 60, size=(319, 237)),
    Awkward("tiny.mp4", video("-vf", "scale=16:2"), 60, size=(16, 2)),
    Awkward("narrow-pixels.mpg", video("-c:v", "mpeg2video", "-aspect", "16:9"), 60),
    Awkward("interlaced.ts", video("-c:v", "mpeg2video", "-flags", "+ildct+ilme"), 60),
    Awkward("grey.mp4", video("-pix_fmt", "gray"), 60),
    Awkward("ten-bit.mp4", video("-pix_fmt", "yuv420p10le"), 60),
    Awkward("professional.mov", video("-c:v", "prores_ks", "-pix_fmt", "yuva444p10le", seconds=0.5), 15),
    Awkward("without-loss.avi", video("-c:v", "ffv1", "-pix_fmt", "bgr0", seconds=0.5), 15),
    Awkward("b-frames.avi", video(), 60),
    Awkward("bare.h264", video(), 60),
    Awkward("see-through.gif", video("-c:v", "gif", seconds=1, fps=10), 10),
    Awkward("fragments.mp4", video(*FRAGMENTS), 60),
    Awkward("late.mkv", late, 60),
    Awkward("trimmed.mp4", trimmed, 37),
    Awkward("longer-sound.mp4", with_sound(5), 60),
    Awkward("shorter-sound.mkv", with_sound(0.5), 60),
    Awkward("two\nlines, 'quotes' and %03d.mp4", video(), 60),
    Awkward("joined.ts", joined(video(), video()), 120),
    Awkward("grows.ts", joined(video(), video(size="640x480")), 120, size=(640, 480)),
    Awkward("part.ts", without_beginning(video(), 0.2), 60, broken=True),
    Awkward("damaged.mp4", damaged(video()), 60, broken=True),
    Awkward("damaged.ts", damaged(video()), 60, broken=True),
    Awkward("cut.mp4", cut(video(*TABLE_FIRST), 0.6), 60, ends_early=True, broken=True),
    Awkward("cut.mkv", cut(video(), 0.6), 60, ends_early=True),
    Awkward("cut.avi", cut(video("-c:v", "mpeg4"), 0.6), 60, ends_early=True, broken=True),
    Awkward("unfinished.mp4", unfinished, refused="cannot be read as a video: moov atom not found"),
    Awkward("unknown.mp4", unknown, refused="its video is of a kind that FFmpeg cannot decode"),
    Awkward("empty.mp4", holding(b""), refused="is empty"),
    Awkward("text.mp4", holding(b"This is no video.\n" * 50), refused="cannot be read as a video: "),
    Awkward("noise.mp4", holding(random.Random(2).randbytes(5_000)), refused="cannot be read as a video: "),
    Awkward("sound.m4a", sound, refused="holds no video, only audio"),
    Awkward("cover.m4a", sound_with_cover, refused="holds no video, only audio and a cover picture"),
    Awkward("picture.jpg", picture, refused="is a picture, not a video"),
    Awkward("picture.png", picture, refused="is a picture, not a video"),
)
"""All of them."""
