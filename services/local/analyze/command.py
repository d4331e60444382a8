"""`mien analyze`: every frame of recorded videos, into tables, a summary and a timeline."""

import logging
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import ParamSpec, TypeVar

from services.local.analyze.asking import check_file
from services.local.analyze.folders import folders_of
from services.local.analyze.options import Options, resume_command
from services.local.analyze.progress import to_stderr
from services.local.analyze.session import Analysed, Session, session
from services.local.analyze.task import Plan
from services.local.analyze.voice import Voice, VoiceHandler
from services.local.analyze.words import found_words, named, where_words
from services.local.announce import say
from services.local.supervisor import BAD_START
from shared.errors import AnalysisError, MienError, SourceError

INTERRUPTED = 130
"""What a shell says of a command that SIGINT ended."""

Arguments = ParamSpec("Arguments")
Outcome = TypeVar("Outcome")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def analyze(options: Options, environ: Mapping[str, str]) -> int:
    """Analyse videos; return the exit code: 2 where one was refused or could not be finished, else 0.

    A signal ends everything in order, with one line that says how to go on, and exit code 130.
    """
    voice = Voice(complain)
    try:
        _interrupt_on_signals()
        _log_through(voice)
        folders = dict(zip(options.videos, folders_of(options.videos, options.out), strict=True))
        there = {video: folder for video, folder in folders.items() if _tried(check_file, video)}
        if not there:
            return BAD_START
        with session(options, environ, voice, to_stderr) as one:
            done = _all(one, there)
        return 0 if done and there == folders else BAD_START
    except MienError as error:
        complain(f"mien analyze: {error}")
        return BAD_START
    except KeyboardInterrupt:
        complain(f"mien analyze: stopped; go on with: {resume_command(options)}")
        return INTERRUPTED


def complain(line: str) -> None:
    """Write a line on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _all(one: Session, folders: Mapping[Path, Path]) -> bool:
    """Analyse videos; return whether each of them could be."""
    # All are looked at before the first one is begun: who mistyped the last one need not wait for hours.
    plans = [_tried(one.prepare, video, folder) for video, folder in folders.items()]
    done = [plan is not None and _tried(_analyse, one, plan) is not None for plan in plans]
    return all(done)


def _analyse(one: Session, plan: Plan) -> Analysed:
    found = one.analyse(plan)
    say(f"{named(found.video)}: {found_words(found.summary)}")
    say(f"{named(found.video)}: {where_words(found.folder, found.files)}")
    return found


def _tried(
    step: Callable[Arguments, Outcome], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Outcome | None:
    """Return what a step for one video returns; None where that video cannot be done, which is said."""
    try:
        return step(*args, **kwargs)
    except (SourceError, AnalysisError) as error:
        complain(f"mien analyze: {error}")
        return None


def _interrupt_on_signals() -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        # What a second one would cut short is the end of our own processes.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in SIGNALS:
        signal.signal(number, on_signal)


def _log_through(voice: Voice) -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[VoiceHandler(voice)], force=True
    )
