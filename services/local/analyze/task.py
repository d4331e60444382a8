"""One video to analyse: checked before anything is started, and ready to go on where it stopped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from services.analysis.files import JOURNAL, refuse_results
from services.analysis.identity import identity_of
from services.analysis.journal import Journal
from services.analysis.journal_lines import Header
from services.local.analyze.asking import AboutVideo, about_video
from services.local.analyze.options import Options

DEPENDS_ON = ("model_sha256", "labels", "detector")
"""What workers say of themselves that decides what they see."""


@dataclass(frozen=True, slots=True)
class Task:
    """A video that can be analysed.

    Attributes:
        video: the file.
        folder: of its results.
        about: what it says of itself.
        journal: of its results.
    """

    video: Path
    folder: Path
    about: AboutVideo
    journal: Journal

    @property
    def total(self) -> int | None:
        """How many frames are to be done, as far as the video says."""
        return None if self.about.frames is None else -(-self.about.frames // self.journal.header.every)


@contextmanager
def prepared(
    video: Path, folder: Path, options: Options, workers: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Task]:
    """Check that a video can be analysed into a folder, and open its journal.

    Args:
        video: the file.
        folder: of its results.
        options: what was asked for.
        workers: what the results depend on.
        environ: for the program that reads the video.

    Raises:
        SourceError: it is no video that can be read.
        AnalysisError: the folder has results already, or those of another video, or cannot be used.
    """
    if not options.resume:
        refuse_results(folder)
    about = about_video(video, environ)
    settings = {name: workers[name] for name in DEPENDS_ON if name in workers}
    header = Header(identity_of(video), options.every, {"version": version("mien"), **settings})
    opened = Journal.resume if options.resume else Journal.begin
    with opened(folder / JOURNAL, header) as journal:
        try:
            yield Task(video, folder, about, journal)
        finally:
            if not journal.count and journal.end is None:
                _take_back(folder)


def _take_back(folder: Path) -> None:
    """Leave nothing of an analysis that has no results yet, so that it can be begun anew in another way."""
    with suppress(OSError):
        (folder / JOURNAL).unlink()
        folder.rmdir()
