"""The sound of a video, for its annotated copy."""

import subprocess
from pathlib import Path

COPIED = ("aac", "mp3", "ac3", "eac3", "alac")
"""Codecs that an MP4 file holds as they are, and players know; of others AAC is made."""

AAC_BITRATE = "192k"

ASK = ("-v", "error", "-select_streams", "a:0", "-show_entries", "stream=codec_name", "-of", "csv=p=0")

PATIENCE_S = 60


def sound_codec(video: Path, ffprobe: str) -> str:
    """Return what FFmpeg calls the codec of a video's first sound; empty where none is known."""
    try:
        asked = [ffprobe, *ASK, f"file:{video}"]
        reply = subprocess.run(  # noqa: S603  the command is ours
            asked, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return reply.stdout.strip().splitlines()[0].strip(",") if reply.stdout.strip() else ""


def sound_options(codec: str) -> list[str]:
    """Return how FFmpeg is to write a sound of a codec."""
    return ["-c:a", "copy"] if codec in COPIED else ["-c:a", "aac", "-b:a", AAC_BITRATE]
