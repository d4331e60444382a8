"""The one form in which capture handles pictures."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

BgrImage: TypeAlias = npt.NDArray[np.uint8]
"""uint8 [H, W, 3], blue first, as OpenCV has it."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""
