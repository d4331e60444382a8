"""How long models take for a face on one thread, measured in turns so that a busy machine is fair to all."""

import time
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from training.session import Session, predict

ROUNDS = 200
WARM_UP_ROUNDS = 20


def time_models(
    sessions: Sequence[Session], pictures: NDArray[np.uint8], batch: int = 1, rounds: int = ROUNDS
) -> list[float]:
    """The median milliseconds a face of each model, for pictures uint8 [N, 48, 48] `batch` at a time.

    Every round times each model once, one after the other.
    """
    times: list[list[float]] = [[] for _ in sessions]
    for index in range(WARM_UP_ROUNDS + rounds):
        chosen = np.arange(index * batch, (index + 1) * batch) % len(pictures)
        faces = pictures[chosen]
        for session, found in zip(sessions, times, strict=True):
            start = time.perf_counter()
            predict(session, faces)
            found.append(1000 * (time.perf_counter() - start) / batch)
    return [median(found[WARM_UP_ROUNDS:]) for found in times]
