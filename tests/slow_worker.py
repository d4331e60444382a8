"""`python -m tests.slow_worker MS`: a worker whose every frame takes that much longer."""

import sys
import time

from services.inference.observation import Observation
from services.inference.pictures import BgrImage
from services.inference.processor import FrameProcessor
from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.wiring import build_processor, work
from shared.service import run


class SlowProcessor(FrameProcessor):
    """The real processor, after a nap."""

    def __init__(self, processor: FrameProcessor, nap_s: float) -> None:
        self._processor = processor
        self._nap_s = nap_s

    def thorough(self) -> FrameProcessor:
        return SlowProcessor(self._processor.thorough(), self._nap_s)

    def among(self, cameras: int) -> FrameProcessor:
        return SlowProcessor(self._processor.among(cameras), self._nap_s)

    def observe(self, frame: BgrImage, t: int, tracks: Tracks, stopwatch: Stopwatch) -> Observation:
        time.sleep(self._nap_s)
        return self._processor.observe(frame, t, tracks, stopwatch)


def main(settings: InferenceSettings) -> None:
    nap_s = int(sys.argv[1]) / 1000
    work(settings, SlowProcessor(build_processor(settings), nap_s))


if __name__ == "__main__":
    sys.exit(run("inference", InferenceSettings, main))
