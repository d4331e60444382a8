"""The options of `mien analyze`."""

import argparse
import shlex
from dataclasses import dataclass
from pathlib import Path

from services.local.options import MOST_WORKERS, number, usable_cores

MOST_EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for.

    Attributes:
        videos: files, in the order in which they are analysed.
        out: the folder of the results.
        workers: how many workers of our own; None where it was not said.
        every: each frame whose number is a multiple of it is analysed.
        annotate: whether to write an annotated video as well.
        resume: whether to go on where an earlier run stopped.
    """

    videos: tuple[Path, ...]
    out: Path
    workers: int | None = None
    every: int = 1
    annotate: bool = False
    resume: bool = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `mien analyze` to its parser."""
    parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO", help="a video file")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder of the results; with several videos, each gets a folder of its own in it",
    )
    parser.add_argument(
        "--workers",
        type=number("number of workers", 1, MOST_WORKERS),
        metavar="N",
        help=f"workers of its own (default: {usable_cores()}, one for each core; with MIEN_REDIS_URL none, "
        "but those that are there)",
    )
    parser.add_argument(
        "--every",
        type=number("number of frames", 1, MOST_EVERY),
        default=1,
        metavar="N",
        help="analyse one frame in N (default: 1, every frame)",
    )
    parser.add_argument("--annotate", action="store_true", help="write an annotated video as well")
    parser.add_argument("--resume", action="store_true", help="go on where an earlier run stopped")


def options_from(arguments: argparse.Namespace) -> Options:
    """Return the options that a parser with `add_options` has read."""
    return Options(
        videos=tuple(arguments.videos),
        out=arguments.out,
        workers=arguments.workers,
        every=arguments.every,
        annotate=arguments.annotate,
        resume=arguments.resume,
    )


def resume_command(options: Options) -> str:
    """Return the command that goes on where a run with these options stopped, as a shell wants it."""
    words = ["mien", "analyze", "--resume", "--out", str(options.out)]
    words += ["--workers", str(options.workers)] if options.workers else []
    words += ["--every", str(options.every)] if options.every > 1 else []
    words += ["--annotate"] if options.annotate else []
    # "--" so that a video's name may begin with a dash.
    dashed = ["--"] if any(str(video).startswith("-") for video in options.videos) else []
    return shlex.join([*words, *dashed, *map(str, options.videos)])
