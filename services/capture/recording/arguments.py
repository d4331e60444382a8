"""The command line of `python -m services.capture.recording`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is asked for.

    Attributes:
        video: the file.
        recording: the id under which it is published; None where it is only described.
        every: each how manieth frame is published.
        first: no frame before this one is published.
    """

    video: Path
    recording: str | None
    every: int = 1
    first: int = 0


def parse(arguments: Sequence[str]) -> Arguments:
    """Return what a command line asks for; one that is wrong ends the program with code 2 and says why."""
    parser = argparse.ArgumentParser(
        prog="python -m services.capture.recording",
        description="Publish every frame of a video to the workers, or describe it.",
    )
    parser.add_argument("video", type=Path, metavar="VIDEO", help="a video file")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--id", metavar="ID", help="publish it as the recording ID")
    asked.add_argument("--probe", action="store_true", help="print what it is, as one line of JSON")
    parser.add_argument("--every", type=_positive, default=1, metavar="N", help="only every Nth frame")
    parser.add_argument(
        "--from", type=_natural, default=0, metavar="INDEX", dest="first", help="only from this frame on"
    )
    given = parser.parse_args(arguments)
    return Arguments(given.video, given.id, given.every, given.first)


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number
