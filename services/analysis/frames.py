"""What is said of each frame of a recording, in the end."""

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
        refused: how many detections are not among its faces, since the frames beside it contradict them.
        observation: what a worker saw; None where it failed.
    """

    index: int
    t: int
    faces: tuple[ReadFace, ...] = ()
    failure: str = ""
    refused: int = 0
    observation: Observation | None = None
