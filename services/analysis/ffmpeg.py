"""What is asked of the program ffmpeg, and how it is to write a video."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.analysis.sound import sound_codec, sound_options
from shared.errors import EncodeError

FFMPEG, FFPROBE = "ffmpeg", "ffprobe"

TICKS = 90_000
"""Of a second: in these all usual frame rates are whole numbers."""

CODEC = "libx264"

QUALITY = ("-c:v", CODEC, "-preset", "veryfast", "-crf", "20")

NO_REORDERING = ("-bf", "0")
"""B-frames among uneven times make FFmpeg write a duration that is too short: players leave out the end."""

EVEN_SIDES = "pad=ceil(iw/2)*2:ceil(ih/2)*2"
"""H.264's usual form has one colour for two by two pixels."""

COLOURS = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
COLOURS_SAID = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
"""Else a player guesses them by the picture's size."""

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Sound:
    """Where the sound comes from.

    Attributes:
        video: the file.
        start_s: when its first picture is shown, in seconds from the file's beginning.
    """

    video: Path
    start_s: float = 0.0


def check_ffmpeg(ffmpeg: str = FFMPEG) -> None:
    """Do nothing where videos can be written.

    Raises:
        EncodeError: ffmpeg is not installed, or has no encoder for them.
    """
    if CODEC not in _asked(ffmpeg, "-encoders"):
        raise EncodeError(f"{ffmpeg} has no {CODEC}: install an FFmpeg with it, or leave out --annotate")


def encode_command(path: Path, sound: Sound | None, ffmpeg: str = FFMPEG) -> list[str]:
    """Return the command that writes a video out of a stream of pictures on its standard input.

    Raises:
        EncodeError: ffmpeg is not installed, or has no encoder for it.
    """
    check_ffmpeg(ffmpeg)
    return [ffmpeg, "-hide_banner", "-v", "error", "-y", *_inputs(sound), *_output(ffmpeg), f"file:{path}"]


def _inputs(sound: Sound | None) -> list[str]:
    pictures = ["-f", "matroska", "-i", "pipe:0"]
    if sound is None:
        return pictures
    # What sounds before the first picture has a time below zero: it is kept, and not played.
    other = ["-itsoffset", f"{-sound.start_s:.6f}", "-i", f"file:{sound.video}"]
    return [
        *pictures,
        *other,
        "-map",
        "0:v",
        "-map",
        "1:a:0?",
        *sound_options(sound_codec(sound.video, FFPROBE)),
    ]


def _output(ffmpeg: str) -> list[str]:
    # Each picture at its own time, and not so many a second; FFmpeg before 5.1 has the older word only.
    word = "-fps_mode" if "-fps_mode" in _asked(ffmpeg, "-h", "long") else "-vsync"
    times = [word, "passthrough", "-enc_time_base", f"1:{TICKS}", "-video_track_timescale", str(TICKS)]
    pixels = ["-vf", f"{EVEN_SIDES},{COLOURS}", *COLOURS_SAID, *QUALITY, *NO_REORDERING]
    return [*times, *pixels, "-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4"]


def _asked(ffmpeg: str, *words: str) -> str:
    """Return what ffmpeg says of itself.

    Raises:
        EncodeError: it is not installed.
    """
    try:
        reply = subprocess.run(  # noqa: S603  the command is ours
            [ffmpeg, "-hide_banner", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EncodeError(f"{ffmpeg} cannot be run: install FFmpeg, or leave out --annotate") from error
    return reply.stdout.decode(errors="replace")
