"""Made entities for tests."""

import numpy as np
import simplejpeg

from shared.entities import EXPRESSIONS, Box, Face, Frame, Result

JPEG: bytes = simplejpeg.encode_jpeg(np.full((48, 64, 3), 128, np.uint8), colorspace="BGR")


def face(expression: str = "happy", score: float = 0.7, box: Box = Box(10, 12, 20, 20)) -> Face:  # noqa: B008
    rest = (1 - score) / (len(EXPRESSIONS) - 1)
    return Face(box, expression, score, {name: score if name == expression else rest for name in EXPRESSIONS})


def frame(seq: int, t: int, jpeg: bytes = JPEG) -> Frame:
    return Frame(seq, t, 64, 48, mirror=False, jpeg=jpeg)


def result(frame_id: str, seq: int, t: int, *faces: Face, worker: str = "w1") -> Result:
    return Result(seq, t, frame_id, worker, {"detect": 1.5}, faces, JPEG)
