"""Recorded videos for programs, through the very code that `mien analyze` runs."""

from collections.abc import Mapping

from mien.analysis import Analysis, read
from services.local.analyze.options import MOST_EVERY, Options
from services.local.analyze.progress import Progress, Quiet, to_stderr
from services.local.analyze.session import session
from services.local.analyze.voice import Voice
from services.local.options import MOST_WORKERS
from shared.errors import SettingsError


def analyze(options: Options, environ: Mapping[str, str], *, progress: bool) -> Analysis:
    """Analyse the one video of some options; see `mien.analyze`."""
    if options.workers is not None:
        _check("workers", options.workers, MOST_WORKERS)
    _check("every", options.every, MOST_EVERY)

    def show(name: str) -> Progress:
        return to_stderr(name) if progress else Quiet()

    with session(options, environ, Voice(Quiet().say), show) as one:
        (video,) = options.videos
        one.analyse(one.prepare(video, options.out))
    return read(options.out)


def _check(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise SettingsError(f"{name}={value} is no number from 1 to {most}")
