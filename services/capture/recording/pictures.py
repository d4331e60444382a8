"""Decoded frames -> JPEG, one frame ahead of whoever publishes them."""

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import cast

import av
import simplejpeg
from av.video.reformatter import VideoReformatter

from services.capture.picture import BgrImage
from services.capture.recording.opening import fits
from services.capture.recording.reader import ReadFrame
from shared.recorded import RecordedFrame

JPEG_QUALITY = 95
"""Of a recording's frames: what is measured is to be the video's picture, not its compression."""

SUBSAMPLING = "420"
"""As nearly every video has its colours; and faces are found and read in grey, which it leaves alone."""


def published(frames: Iterable[ReadFrame]) -> Generator[RecordedFrame, None, None]:
    """Yield the frames as they are published, in their order; one is decoded while another is encoded.

    A frame that could not be decoded has no picture: a worker counts it as undecodable, so that it has its
    place among the results.
    """
    pictures = Pictures()
    with ThreadPoolExecutor(1, "encoder") as encoder:
        ahead: Future[RecordedFrame] | None = None
        for frame in frames:
            now, ahead = ahead, encoder.submit(pictures.publish, frame)
            if now is not None:
                yield now.result()
        if ahead is not None:
            yield ahead.result()


class Pictures:
    """Makes pictures of frames; for one thread, as it keeps the tables for the video's format."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def publish(self, frame: ReadFrame) -> RecordedFrame:
        """Return a frame as it is published; without a picture where there is none that can be published."""
        jpeg = b""
        with suppress(av.FFmpegError, ValueError):
            picture = self.picture(frame)
            if picture is not None:
                jpeg = simplejpeg.encode_jpeg(
                    picture, quality=JPEG_QUALITY, colorspace="BGR", colorsubsampling=SUBSAMPLING
                )
        return RecordedFrame(frame.index, frame.t, *frame.size, jpeg)

    def picture(self, frame: ReadFrame) -> BgrImage | None:
        """Return a frame's pixels as it is shown; None where it was not decoded, or is too large.

        Raises:
            av.FFmpegError, ValueError: its format cannot be converted.
        """
        if frame.frame is None or not fits(*frame.size):
            return None
        bgr = self._reformatter.reformat(frame.frame, format="bgr24").to_ndarray()
        return frame.turn.apply(cast(BgrImage, bgr))
