"""The original program's loop, as it was: what Mien is measured against."""

from pathlib import Path

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from benchmarks.original_network import INPUT, OUTPUT, SIDE
from services.inference.onnx_runtime import open_session
from services.inference.pictures import BgrImage
from shared.entities import EXPRESSIONS
from shared.errors import ModelError

CASCADE = "haarcascade_frontalface_alt.xml"
SCALE_STEP = 1.2
"""Its call: this step, all else OpenCV's defaults, on the whole colour frame."""

GREEN = (0, 255, 0)


class OriginalLoop:
    """Everything that the original program did with a frame, on one thread.

    Args:
        network: its classifier.

    Raises:
        ModelError: OpenCV came without its cascade files.
    """

    def __init__(self, network: ModelProto) -> None:
        cv2.setNumThreads(1)
        path = Path(cv2.data.haarcascades) / CASCADE
        self._cascade = cv2.CascadeClassifier(str(path))
        if self._cascade.empty():
            raise ModelError(f"OpenCV {cv2.__version__} has no usable {CASCADE}")
        self._session = open_session(network.SerializeToString(), "the original network")

    def handle(self, jpeg: bytes) -> bytes:
        """Decode a frame, find its faces, read them, draw them, encode it."""
        pixels = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        for x, y, w, h in self.faces(pixels):
            label = EXPRESSIONS[int(self.scores(pixels[y : y + h, x : x + w]).argmax())]
            cv2.rectangle(pixels, (x, y), (x + w, y + h), GREEN, 2)
            cv2.putText(pixels, label, (x, y - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.9, GREEN, 2)
        return bytes(cv2.imencode(".jpg", pixels)[1])

    def faces(self, pixels: BgrImage) -> list[tuple[int, int, int, int]]:
        """Return the boxes of a frame's faces."""
        found = self._cascade.detectMultiScale(pixels, scaleFactor=SCALE_STEP)
        return [(int(x), int(y), int(w), int(h)) for x, y, w, h in found]

    def scores(self, face: BgrImage) -> NDArray[np.float32]:
        """Return the scores [7] of a face's pixels [height, width, 3]."""
        grey = cv2.resize(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), (SIDE, SIDE))
        pixels = grey.astype(np.float32).reshape(1, 1, SIDE, SIDE) / 255
        (scores,) = self._session.run([OUTPUT], {INPUT: pixels})
        return np.asarray(scores[0], np.float32)
