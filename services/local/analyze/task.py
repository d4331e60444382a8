"""One video to analyse: checked before anything is started, and ready to go on where it stopped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from services.analysis.files import JOURNAL, refuse_results, remove_parts
from services.analysis.identity import identity_of
from services.analysis.journal import Journal
from services.analysis.journal_lines import Header
from services.local.analyze.asking import AboutVideo, about_video
from services.local.analyze.options import Options

DEPENDS_ON = ("model_sha256", "labels", "detector")
"""What workers say of themselves that decides what they see."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A video that can be analysed.

    Attributes:
        video: the file.
        folder: of its results.
        about: what it says of itself.
        header: what its results depend on.
        resume: whether to go on with results that are there.
    """

    video: Path
    folder: Path
    about: AboutVideo
    header: Header
    resume: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A video that is being analysed.

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

    @property
    def depends_on(self) -> Mapping[str, str]:
        """What the results depend on and workers say of themselves, by name."""
        return {name: value for name, value in self.journal.header.settings.items() if name in DEPENDS_ON}


def planned(
    video: Path, folder: Path, options: Options, workers: Mapping[str, str], environ: Mapping[str, str]
) -> Plan:
    """Check that a video can be analysed into a folder.

    Nothing stays open: there may be more videos than files that a process may have open.

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
    plan = Plan(video, folder, about, header, options.resume)
    with opened(plan):
        return plan


@contextmanager
def opened(plan: Plan) -> Iterator[Task]:
    """Open the journal of a plan, and close it afterwards.

    Raises:
        JournalError: it is there already, or another video's, is in use, or cannot be used.
    """
    opening = Journal.resume if plan.resume else Journal.begin
    with opening(plan.folder / JOURNAL, plan.header) as journal:
        remove_parts(plan.folder)
        try:
            yield Task(plan.video, plan.folder, plan.about, journal)
        finally:
            if not journal.count and journal.end is None:
                _take_back(plan.folder)


def _take_back(folder: Path) -> None:
    """Leave nothing of an analysis that has no results yet, so that it can be begun anew in another way."""
    with suppress(OSError):
        (folder / JOURNAL).unlink()
        folder.rmdir()
