"""`python -m services.inference`: one worker."""

import sys

import cv2

from services.inference.settings import InferenceSettings
from services.inference.wiring import build_processor, work
from shared.service import run


def main(settings: InferenceSettings) -> None:
    """Be a worker."""
    cv2.setNumThreads(1)  # Workers scale, threads don't.
    work(settings, build_processor(settings))


if __name__ == "__main__":
    sys.exit(run("inference", InferenceSettings, main))
