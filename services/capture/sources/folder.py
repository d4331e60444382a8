"""A folder of pictures, or a single one, shown as a slow slide show."""

import logging
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import cast

import cv2

from services.capture.picture import BgrImage
from services.capture.sources.pacing import Pacer
from shared.errors import SourceError

_log = logging.getLogger(__name__)

SECONDS_A_PICTURE = 2.0
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
_DEFAULT_FPS = 10.0  # enough to look alive; the pictures stand still
_LARGEST = (1920, 1080)  # photographs are larger than any camera's feed should be


class PicturesSource:
    """Shows each picture for two seconds, in the order given, over and over.

    Pictures keep their size up to 1920x1080 and are shrunk to fit beyond. One that cannot be read is named in
    the log and left out.

    Raises:
        SourceError: none of them can be read.
    """

    def __init__(
        self,
        name: str,
        paths: Sequence[Path],
        fps: float | None,
        beat: Callable[[float], Pacer] = Pacer,
    ) -> None:
        self._name = name
        self._paths = list(paths)
        self.fps: float | None = fps or _DEFAULT_FPS
        self._pacer = beat(fps or _DEFAULT_FPS)
        self._ticks = 0
        self._turns = count()
        self._slide = -1
        self._shown = self._next_readable()

    def read(self) -> BgrImage:
        """Return the picture whose turn it is."""
        self._ticks += self._pacer.wait()
        slide = int((self._ticks - 1) * self._pacer.period / SECONDS_A_PICTURE)
        if self._slide not in (-1, slide):
            self._shown = self._next_readable()
        self._slide = slide
        return self._shown.copy()

    def close(self) -> None:
        """Nothing is held open."""

    def _next_readable(self) -> BgrImage:
        for _ in range(len(self._paths)):
            path = self._paths[next(self._turns) % len(self._paths)]
            picture = _load(path)
            if picture is not None:
                return picture
            _log.warning("%s: %s is no picture that can be read, left out", self._name, path.name)
        raise SourceError(f"{self._name}: no picture in it can be read")


def open_pictures(path: Path, fps: float | None) -> PicturesSource:
    """Open a folder of pictures, sorted by name, or one picture file."""
    paths = [path]
    if path.is_dir():
        paths = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in SUFFIXES)
    return PicturesSource(f"source {str(path)!r}", paths, fps)


def _load(path: Path) -> BgrImage | None:
    try:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    except cv2.error:  # claims more pixels than OpenCV agrees to hold
        return None
    return None if picture is None else _shrunk(cast(BgrImage, picture))


def _shrunk(picture: BgrImage) -> BgrImage:
    height, width = picture.shape[:2]
    scale = min(_LARGEST[0] / width, _LARGEST[1] / height)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cast(BgrImage, cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
