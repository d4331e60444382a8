"""Videos analysed one after the other, with the same broker and the same workers."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.analysis.ffmpeg import check_ffmpeg
from services.analysis.files import ANNOTATED, CSV, PARQUET, SUMMARY, TIMELINE
from services.analysis.journal_lines import End
from services.local.analyze.about import about
from services.local.analyze.deployment import Deployment, depends_on, deployed
from services.local.analyze.known import Known
from services.local.analyze.options import Options
from services.local.analyze.packages import check_packages, loading
from services.local.analyze.progress import Progress
from services.local.analyze.recording import Job, record
from services.local.analyze.task import Plan, Task, opened, planned
from services.local.analyze.voice import Voice
from services.local.analyze.words import named
from services.local.analyze.writer import write_apart
from shared.entities import Privacy
from shared.errors import EncodeError, SettingsError
from shared.settings import ServiceSettings

Show = Callable[[str], Progress]
"""Makes what shows how far the video of a name is."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was found in a video.

    Attributes:
        video: the file.
        folder: of the results.
        files: their names.
        summary: what stands in summary.json.
    """

    video: Path
    folder: Path
    files: tuple[str, ...]
    summary: Mapping[str, Any]


class Session:
    """Analyses videos; the broker and the workers are started when the first one needs them.

    Raises:
        SettingsError: a variable is wrong, or a package is not installed.
        ModelError: the workers could not run.
        BrokerError: the broker that MIEN_REDIS_URL names does not answer, or refuses.
        EncodeError: an annotated video is wanted, and FFmpeg is not there.
    """

    def __init__(
        self, options: Options, environ: Mapping[str, str], voice: Voice, show: Show, stack: ExitStack
    ) -> None:
        """Check the settings; what is opened is closed with `stack`."""
        ServiceSettings.load(environ)
        check_packages()
        if options.annotate:
            _check_annotating(environ)
        self._options = options
        self._environ = environ
        self._voice = voice
        self._show = show
        self._stack = stack
        self._deployment: Deployment | None = None
        # Workers of others do not say it: what pictures show is decided here.
        self._depends_on = {"privacy": _privacy(environ).value, **depends_on(options.workers, environ)}

    def prepare(self, video: Path, folder: Path) -> Plan:
        """Check that a video can be analysed into a folder; raises as `planned`."""
        return planned(video, folder, self._options, self._depends_on, self._environ)

    def analyse(self, plan: Plan) -> Analysed:
        """Analyse a video.

        Raises:
            MienError: see `opened`, `record` and `write_apart`.
        """
        with opened(plan) as task:
            with self._voice.through(self._show(named(Path(task.video.name)))) as progress:
                end = self._read(task, progress)
            return self._written(task, Known(end, self._depends_on))

    def _written(self, task: Task, known: Known) -> Analysed:
        frames = known.end.frames
        with self._counting(f"{named(Path(task.video.name))}: tables", frames) as count:
            summary = write_apart(task.folder, about(task, known), self._environ, count)
        files: tuple[str, ...] = (CSV, PARQUET, SUMMARY, TIMELINE)
        if self._options.annotate:
            # Here, because it takes a second to load, and nobody is to wait for it before the work begins.
            with loading(task.folder):
                from services.local.analyze import writing  # noqa: PLC0415  OpenCV and PyAV load slowly

            with self._counting(f"{named(Path(task.video.name))}: pictures", frames) as count:
                writing.write_pictures(task, _privacy(self._environ), count)
            files += (ANNOTATED,)
        return Analysed(task.video, task.folder, files, summary)

    @contextmanager
    def _counting(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        with self._voice.through(self._show(name)) as progress:
            yield lambda done: progress.update(done, total)

    def _read(self, task: Task, progress: Progress) -> End:
        journal, began = task.journal, time.monotonic()
        if journal.end is not None:
            # What was finished before is only written once more.
            return journal.end
        job = Job(
            task.video,
            journal.header.every,
            journal,
            lambda: progress.update(journal.count, task.total),
            self._voice.say,
            task.depends_on,
        )
        job.moved()
        read = record(job, self._deployed())
        progress.update(read.frames, read.frames)
        took_s = round(time.monotonic() - began, 1)
        end = End(read.frames, read.ended_early, read.report, read.workers, took_s)
        journal.finish(end)
        return end

    def _deployed(self) -> Deployment:
        if self._deployment is None:
            self._deployment = self._stack.enter_context(
                deployed(self._options.workers, self._environ, self._voice.say)
            )
        return self._deployment


def _check_annotating(environ: Mapping[str, str]) -> None:
    """Refuse what would be refused when all else is done.

    Raises:
        EncodeError: FFmpeg is not there, or no picture may be shown.
        SettingsError: MIEN_PRIVACY is wrong.
    """
    check_ffmpeg()
    if _privacy(environ) is Privacy.NUMBERS:
        raise EncodeError("MIEN_PRIVACY=numbers lets no picture out: leave out --annotate")


def _privacy(environ: Mapping[str, str]) -> Privacy:
    text = environ.get("MIEN_PRIVACY") or Privacy.OFF
    try:
        return Privacy(text)
    except ValueError as error:
        raise SettingsError(f"MIEN_PRIVACY {text!r} is none of {', '.join(Privacy)}") from error


@contextmanager
def session(options: Options, environ: Mapping[str, str], voice: Voice, show: Show) -> Iterator[Session]:
    """Give a session, and end it afterwards; raises as `Session`."""
    with ExitStack() as stack:
        yield Session(options, environ, voice, show, stack)
