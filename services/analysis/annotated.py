"""The annotated copy of a video: its pictures once more, with the faces drawn as live ones are."""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import numpy as np

from services.analysis.blurring import Blurring
from services.analysis.encoder import Encoder
from services.analysis.ffmpeg import Sound
from services.analysis.files import ANNOTATED, replaced
from services.analysis.frames import LONE, ReadFrame
from services.analysis.results import frames_in
from services.inference.annotate import annotate
from services.inference.pictures import BgrImage
from shared.entities import Privacy
from shared.errors import EncodeError

log = logging.getLogger(__name__)

Picture: TypeAlias = tuple[int, int, BgrImage]
"""A frame's number, its presentation time in ns, and its pixels [height, width, 3], which are drawn into:
each has its own."""


def write_annotated(
    folder: Path,
    pictures: Iterable[Picture],
    sound: Sound | None = None,
    *,
    privacy: Privacy = Privacy.OFF,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the annotated video beside the journal in a folder.

    It has the frames that were analysed, at their own times: with every nth frame it has a picture for each
    of these, and what is drawn in a picture was seen in that very picture.

    Args:
        folder: has a journal that is whole.
        pictures: the video's, in their order; those that were not analysed are left out.
        sound: where it comes from; None for silence.
        privacy: what of a picture may be shown.
        progress: is called with the number of pictures that are done, after each.

    Raises:
        AnalysisError: the journal cannot be read, or the video cannot be written.
    """
    if privacy is Privacy.NUMBERS:
        raise EncodeError("MIEN_PRIVACY=numbers lets no picture out: leave out --annotate")
    drawn = _drawn(frames_in(folder), pictures, privacy)
    first = next(drawn, None)
    if first is None:
        raise EncodeError("the annotated video cannot be written: it has no picture")
    height, width = first[1].shape[:2]
    with replaced(folder / ANNOTATED) as path, Encoder(path, (width, height), sound) as encoder:
        for count, (t, pixels, lasts) in enumerate(_with_ends(chain([first], drawn)), 1):
            encoder.add(pixels, t, lasts)
            progress(count)


def _drawn(
    frames: Iterable[ReadFrame], pictures: Iterable[Picture], privacy: Privacy
) -> Iterator[tuple[int, BgrImage]]:
    """Yield the time and the pixels of each frame that was analysed."""
    blurring, lost, others = Blurring(), 0, iter(pictures)
    picture = next(others, None)
    for frame in frames:
        while picture is not None and picture[0] < frame.index:
            picture = next(others, None)
        if picture is None or picture[0] > frame.index:
            lost += frame.observation is not None
            continue
        pixels = np.require(picture[2], np.uint8, ("C", "W"))
        if privacy is Privacy.BLUR:
            blurring.apply(frame, pixels)
        annotate(pixels, tuple(found.face for found in frame.faces))
        yield picture[1], pixels
    if lost:
        log.warning("%d frames that were analysed cannot be read again: the annotated video lacks them", lost)


def _with_ends(drawn: Iterable[tuple[int, BgrImage]]) -> Iterator[tuple[int, BgrImage, int]]:
    """Yield time, pixels and how long they last; the last ones as long as those before."""
    lasts, before = LONE, None
    for t, pixels in drawn:
        if before is not None:
            lasts = t - before[0]
            yield *before, lasts
        before = t, pixels
    if before is not None:
        yield *before, lasts
