"""Writes pictures with their times, and a sound, as H.264 in MP4: by the program ffmpeg."""

import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import numpy as np
from numpy.typing import NDArray

from services.analysis.ffmpeg import FFMPEG, Sound, encode_command
from services.analysis.raw_stream import head, picture
from shared.errors import EncodeError

LAST_WORD = "Conversion failed!"
"""Of ffmpeg, behind the line that says why."""


class Encoder:
    """Writes one video. As a context it is whole in the end, or ended where an error came.

    Raises:
        EncodeError: ffmpeg is not installed, has no encoder of H.264, or gives up at once.
    """

    def __init__(
        self, path: Path, size: tuple[int, int], sound: Sound | None = None, *, ffmpeg: str = FFMPEG
    ) -> None:
        """Begin a video of a size, width and height in pixels."""
        self._size = size
        command = encode_command(path, sound, ffmpeg)
        # A file, since nobody would read a pipe meanwhile.
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed with the encoder
        # A session of its own, so that Ctrl-C reaches this program alone, which then ends that one.
        self._process = subprocess.Popen(  # noqa: S603  the command is ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            start_new_session=True,
        )
        self._pipe = cast(IO[bytes], self._process.stdin)
        self._write(head(*size))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self._process.kill()
            self._process.communicate()
            self._words.close()

    def add(self, pixels: NDArray[np.uint8], t: int, lasts: int) -> None:
        """Write a picture [height, width, 3], blue, green, red.

        One of another size than the video's is put into its upper left corner, cut or with black around it.

        Args:
            pixels: the picture.
            t: its time, ns from the video's beginning.
            lasts: until the next one, ns.

        Raises:
            EncodeError: ffmpeg gave up.
        """
        for part in picture(_fitted(pixels, self._size), t, lasts):
            self._write(part)

    def close(self) -> None:
        """Wait until all is written.

        Raises:
            EncodeError: ffmpeg failed.
        """
        self._process.communicate()
        if self._process.returncode:
            raise self._failed()

    def _write(self, data: bytes | memoryview) -> None:
        try:
            self._pipe.write(data)
        except BrokenPipeError:
            self._process.wait()
            raise self._failed() from None

    def _failed(self) -> EncodeError:
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        lines = [line for line in lines if line != LAST_WORD]
        said = lines[-1] if lines else f"nothing, and ended with {self._process.returncode}"
        return EncodeError(f"the annotated video cannot be written: ffmpeg said {said}")


def _fitted(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    canvas = np.zeros((height, width, 3), np.uint8)
    part = pixels[:height, :width]
    canvas[: part.shape[0], : part.shape[1]] = part
    return canvas
