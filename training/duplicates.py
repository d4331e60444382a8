"""Finds pictures of one set that stand, identical or nearly so, in another."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Pictures are compared as 16 x 16 px thumbnails of mean 0 and length 1.
THUMBNAIL_PX = 16
# From this correlation on two pictures count as the same one. Looked at by eye, FER2013's pairs from 0.955 to
# 0.97 are one photograph cropped anew or with a watermark; at 0.93 some are two photographs.
SAME_CORRELATION = 0.95
# Rows compared at once: bounds the table of correlations to some 60 MB.
CHUNK = 2048


def fingerprints(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32 [N, 256] of length 1: brightness and contrast do not matter. A blank picture gives zeros."""
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
    flat = np.stack(small).reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    np.divide(flat, lengths, out=flat, where=lengths > 0)
    return flat


def find_near_duplicates(
    pictures: NDArray[np.uint8], others: NDArray[np.uint8], correlation: float = SAME_CORRELATION
) -> NDArray[np.bool_]:
    """Which of `pictures` [N, S, S] look like one of `others` [M, S, S]: bool [N]."""
    ours, theirs = fingerprints(pictures), fingerprints(others)
    chunks = (ours[start : start + CHUNK] for start in range(0, len(ours), CHUNK))
    closest = [(chunk @ theirs.T).max(axis=1) for chunk in chunks]  # One table at a time.
    return np.concatenate(closest) >= correlation
