"""Windows: parts of a frame as a network gets to see them."""

from dataclasses import dataclass

import cv2
import numpy as np

from services.inference.pictures import BgrImage


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a network's input size, laid over a frame; it may reach beyond the frame's edges.

    Attributes:
        left: its left edge, in pixels of the frame.
        top: its upper edge, in pixels of the frame.
        scale: pixels of the network for one of the frame.
        width: in pixels of the network.
        height: in pixels of the network.
    """

    left: int
    top: int
    scale: float
    width: int
    height: int

    def view(self, frame: BgrImage) -> BgrImage:
        """Return the pixels [height, width, 3] of a frame under the window; black beyond its edges."""
        canvas = np.zeros((self.height, self.width, 3), np.uint8)
        x, y = max(0, self.left), max(0, self.top)
        cut = frame[y : self.top + self._in_frame(self.height), x : self.left + self._in_frame(self.width)]
        if cut.size:
            to_x, to_y = round((x - self.left) * self.scale), round((y - self.top) * self.scale)
            room = canvas[to_y:, to_x:]
            width = min(room.shape[1], max(1, round(cut.shape[1] * self.scale)))
            height = min(room.shape[0], max(1, round(cut.shape[0] * self.scale)))
            room[:height, :width] = _resized(cut, width, height)
        return canvas

    def _in_frame(self, pixels: int) -> int:
        return round(pixels / self.scale)


def _resized(picture: BgrImage, width: int, height: int) -> BgrImage:
    """Return a picture of another size; halved first, which takes a third of the time of averaging areas."""
    while picture.shape[0] >= 2 * height and picture.shape[1] >= 2 * width:
        h, w = picture.shape[0] // 2, picture.shape[1] // 2
        even = picture[: 2 * h, : 2 * w]
        picture = np.asarray(cv2.resize(even, (w, h), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
