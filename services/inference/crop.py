"""Face crops: what the model gets to see of a detection."""

import cv2
import numpy as np
from numpy.typing import NDArray

from services.inference.pictures import GreyImage
from shared.entities import Box

SIDE = 48
"""FER2013's pictures are 48x48 pixels."""

Crops = NDArray[np.uint8]
"""Grey face crops [faces, 48, 48, 1]."""


def crop_faces(grey: GreyImage, boxes: list[Box]) -> Crops:
    """Return the face crops of a grey frame [height, width], one for each box."""
    crops = np.empty((len(boxes), SIDE, SIDE, 1), np.uint8)
    for crop, (x, y, w, h) in zip(crops, boxes, strict=True):
        face = grey[y : y + h, x : x + w]
        # Area averaging is right for reducing and wrong for enlarging.
        how = cv2.INTER_AREA if min(w, h) >= SIDE else cv2.INTER_LINEAR
        crop[:, :, 0] = cv2.resize(face, (SIDE, SIDE), interpolation=how)
    return crops
