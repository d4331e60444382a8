"""`python -m tests.deadly_worker`: a worker whom a frame kills that is white in its upper left corner."""

import os
import signal
import sys

from services.inference.observation import Observation
from services.inference.pictures import BgrImage
from services.inference.processor import FrameProcessor
from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.wiring import build_processor, work
from shared.service import run

CORNER = 8
"""Pixels in a row and a column."""

WHITE = 250


class DeadlyProcessor(FrameProcessor):
    """The real processor, but for frames that are white in a corner."""

    def __init__(self, processor: FrameProcessor) -> None:
        self._processor = processor
        self.depends_on = processor.depends_on

    def thorough(self) -> FrameProcessor:
        return DeadlyProcessor(self._processor.thorough())

    def among(self, cameras: int) -> FrameProcessor:
        return DeadlyProcessor(self._processor.among(cameras))

    def observe(self, frame: BgrImage, t: int, tracks: Tracks, stopwatch: Stopwatch) -> Observation:
        if frame[:CORNER, :CORNER].mean() > WHITE:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._processor.observe(frame, t, tracks, stopwatch)


def main(settings: InferenceSettings) -> None:
    work(settings, DeadlyProcessor(build_processor(settings)))


if __name__ == "__main__":
    sys.exit(run("inference", InferenceSettings, main))
