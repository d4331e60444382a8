"""Opens a video file, or says in one line why it is none."""

import stat
from pathlib import Path

import av
from av.codec.context import Flags, ThreadType
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from shared.errors import SourceError

MOST_PIXELS = 40_000_000
"""Of a frame: workers decode no larger picture."""

LONGEST_SIDE = 65_500
"""Of a JPEG, in pixels (JPEG_MAX_DIMENSION of libjpeg's jmorecfg.h)."""

_PICTURES = ("image2", "ico", "svg")
_LISTS = ("hls", "dash", "concat", "sdp", "rtsp", "imf")

# A file may name others, such as a playlist does; none of them is fetched from a network.
_OPTIONS = {"protocol_whitelist": "file"}


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """Return the container, which the caller closes, and its video; decoded by one thread.

    With several threads FFmpeg conceals damage in another way for each number of them, and loses the frames
    that it holds where the end is damaged: the same file would give other frames on another machine. Frames
    that build upon missing ones, as at the beginning of a part that was cut out of a broadcast, are kept.

    Raises:
        SourceError: it cannot be opened, or holds no video; one line that names the file and the cause.
    """
    _check_file(path)
    container = _open(path)
    try:
        stream = _video(path, container)
    except BaseException:
        container.close()
        raise
    stream.codec_context.thread_type = ThreadType.NONE
    stream.codec_context.thread_count = 1
    stream.codec_context.flags |= Flags.output_corrupt
    return container, stream


def fits(width: int, height: int) -> bool:
    """Return whether workers take pictures of that size."""
    return width * height <= MOST_PIXELS and max(width, height) <= LONGEST_SIDE


def refused(path: Path, cause: str) -> SourceError:
    """Return the error that says why a file is not read."""
    return SourceError(f"video {str(path)!r}: {cause}")


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise refused(path, getattr(error, "strerror", None) or str(error)) from error
    if not stat.S_ISREG(found.st_mode):
        raise refused(path, "is no file")
    if found.st_size == 0:
        raise refused(path, "is empty")


def _open(path: Path) -> InputContainer:
    # FFmpeg would print by itself; what it says while it opens is the cause of a failure.
    av.logging.set_skip_repeated(False)
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture() as said:
            # Absolute, so that no name is taken for an address.
            return av.open(str(path.absolute()), options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        words = _last_line([message for _, _, message in said]) or getattr(error, "strerror", None) or error
        raise refused(path, f"cannot be read as a video: {words}") from error
    finally:
        av.logging.set_level(None)


def _last_line(messages: list[str]) -> str:
    lines = [line.strip() for message in messages for line in message.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _video(path: Path, container: InputContainer) -> VideoStream:
    names = container.format.name.split(",")
    if any(name in _PICTURES or name.endswith("_pipe") for name in names):
        raise refused(path, "is a picture, not a video; `mien classify` reads pictures")
    if any(name in _LISTS for name in names):
        raise refused(path, "is a list of other files, not a video")
    if "tty" in names:
        raise refused(path, "is text, not a video")
    stream = _best(container)
    if stream is None:
        raise refused(path, f"holds no video, only {_kinds(container)}")
    if stream.codec_context is None:
        raise refused(path, "its video is of a kind that FFmpeg cannot decode")
    if not fits(stream.width, stream.height):
        size = f"{stream.width}x{stream.height}"
        raise refused(path, f"{size} pixels are more than workers take: {MOST_PIXELS:,} in all")
    return stream


def _best(container: InputContainer) -> VideoStream | None:
    """Return the video that players show, else the first; the picture on a sound's cover is none."""
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    best = container.streams.best("video")
    return next(
        (stream for stream in videos if stream is best or best is None), videos[0] if videos else None
    )


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def _kinds(container: InputContainer) -> str:
    kinds = {"a cover picture" if stream.type == "video" else stream.type for stream in container.streams}
    return " and ".join(sorted(kinds, key=lambda kind: kind.startswith("a "))) or "nothing"
