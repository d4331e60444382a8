"""What is said of each frame of a recording, in the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.inference.observation import Observation
from services.inference.quality import Quality
from shared.entities import Face

SECOND = 1_000_000_000
"""In nanoseconds."""


@dataclass(frozen=True, slots=True)
class ReadFace:
    """A face that was detected in a frame.

    Attributes:
        face: as it is shown, its scores smoothed; its track is the number that it keeps, from 1 on, in the
            order of their first frames.
        quality: what can be told of its picture.
    """

    face: Face
    quality: Quality


@dataclass(frozen=True, slots=True)
class ReadFrame:
    """A frame of a recording.

    Attributes:
        index: its number in the video, from 0.
        t: presentation time, nanoseconds from the video's first frame.
        faces: the largest first.
        failure: why nothing is known of it, one of `shared.recorded.FAILURES`; empty where all is well.
        tries: how many workers took it.
        refused: how many detections are not among its faces, since the frames beside it contradict them.
        observation: what a worker saw; None where it failed.
    """

    index: int
    t: int
    faces: tuple[ReadFace, ...] = ()
    failure: str = ""
    tries: int = 1
    refused: int = 0
    observation: Observation | None = None


LONE = SECOND // 25
"""So long a frame is taken to last that is the only one."""


def with_ends(frames: Iterable[ReadFrame]) -> Iterator[tuple[ReadFrame, int]]:
    """Yield each frame with the time at which the next one replaces it, in ns.

    The last one lasts as long as the one before it.
    """
    before: ReadFrame | None = None
    lasted = LONE
    for frame in frames:
        if before is not None:
            lasted = max(0, frame.t - before.t)
            yield before, before.t + lasted
        before = frame
    if before is not None:
        yield before, before.t + lasted
