"""A video's pictures once more, for those who draw into them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av

from services.capture.picture import BgrImage
from services.capture.recording.pictures import Pictures
from services.capture.recording.reader import Reader


def pictures_of(video: Path, every: int) -> Iterator[tuple[int, int, BgrImage]]:
    """Yield number, time in ns and pixels [height, width, 3] of each frame that was published.

    These are the frames whose numbers are multiples of `every`; those that cannot be decoded are left out.

    Raises:
        SourceError: the video cannot be read.
    """
    pictures = Pictures()
    with Reader(video) as reader:
        for frame in reader:
            if frame.index % every:
                continue
            with suppress(av.FFmpegError, ValueError):
                pixels = pictures.picture(frame)
                if pixels is not None:
                    yield frame.index, frame.t, pixels
