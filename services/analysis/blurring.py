"""Faces of a recording made unrecognizable, as in a live picture."""

from collections.abc import Iterator
from dataclasses import replace

from services.analysis.frames import ReadFrame
from services.inference.following import KEEP_S, follow, lost_places
from services.inference.pictures import BgrImage
from services.inference.privacy import pixelate
from services.inference.tracks import FloatBox, Tracks
from shared.entities import Box


class Blurring:
    """Blurs each frame of one recording, in their order.

    It follows the faces by itself, and everyone who was detected once for as long as all others: where places
    must not be shown, a detector that errs is believed. Of a frame that failed nothing is shown at all.
    """

    def __init__(self) -> None:
        self._tracks = Tracks()

    def apply(self, frame: ReadFrame, pixels: BgrImage) -> None:
        """Make the faces of a frame [height, width, 3] unrecognizable, in place."""
        height, width = pixels.shape[:2]
        places = self._places(frame)
        pixelate(pixels, [Box(0, 0, width, height)] if frame.observation is None else places)

    def _places(self, frame: ReadFrame) -> Iterator[Box | FloatBox]:
        if frame.observation is None:
            return
        observation = replace(frame.observation, t=max(frame.observation.t, self._tracks.t) + 1)
        self._tracks, faces = follow(self._tracks, observation, keep_once_s=KEEP_S)
        yield from (face.box for face in faces)
        yield from (found.face.box for found in frame.faces)
        yield from (seen.box for seen in observation.seen)
        yield from lost_places(self._tracks, observation.t)
