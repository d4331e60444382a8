"""Videos analysed one after the other, with the same broker and the same workers."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.analysis.ffmpeg import check_ffmpeg
from services.analysis.files import ANNOTATED, CSV, PARQUET, SUMMARY, TIMELINE
from services.analysis.journal_lines import End
from services.analysis.results import write_results
from services.analysis.summary import About, Video
from services.local.analyze.annotating import annotate_video
from services.local.analyze.deployment import Deployment, depends_on, deployed
from services.local.analyze.options import Options
from services.local.analyze.progress import Progress
from services.local.analyze.recording import Job, Read, record
from services.local.analyze.task import Task, prepared
from services.local.analyze.voice import Voice
from shared.entities import Privacy
from shared.errors import EncodeError, SettingsError
from shared.settings import ServiceSettings

MODEL = {"model": "name", "model_version": "version", "model_sha256": "sha256"}
"""What workers say of their model, and what the summary calls it."""

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
        SettingsError: a variable is wrong.
        ModelError: the workers could not run.
        BrokerError: the broker that MIEN_REDIS_URL names does not answer, or refuses.
        EncodeError: an annotated video is wanted, and FFmpeg is not there.
    """

    def __init__(
        self, options: Options, environ: Mapping[str, str], voice: Voice, show: Show, stack: ExitStack
    ) -> None:
        """Check the settings; what is opened is closed with `stack`."""
        ServiceSettings.load(environ)
        if options.annotate:
            _check_annotating(environ)
        self._options = options
        self._environ = environ
        self._voice = voice
        self._show = show
        self._stack = stack
        self._deployment: Deployment | None = None
        self._about_workers = depends_on(options.workers, environ)

    def prepare(self, video: Path, folder: Path) -> Task:
        """Check that a video can be analysed into a folder; raises as `prepared`."""
        return self._stack.enter_context(
            prepared(video, folder, self._options, self._about_workers, self._environ)
        )

    def analyse(self, task: Task) -> Analysed:
        """Analyse a video.

        Raises:
            MienError: see `record` and `write_results`.
        """
        began = time.monotonic()
        # What was finished before is only written once more.
        earlier = {} if task.journal.end is None else _earlier(task.folder)
        with self._voice.through(self._show(task.video.name)) as progress:
            read = self._read(task, progress)
        about = self._about(task, read, time.monotonic() - began, earlier)
        with self._counting(f"{task.video.name}: tables", read.frames) as count:
            summary = write_results(task.folder, about, progress=count)
        files: tuple[str, ...] = (CSV, PARQUET, SUMMARY, TIMELINE)
        if self._options.annotate:
            with self._counting(f"{task.video.name}: pictures", read.frames) as count:
                annotate_video(task, _privacy(self._environ), count)
            files += (ANNOTATED,)
        return Analysed(task.video, task.folder, files, summary)

    @contextmanager
    def _counting(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        with self._voice.through(self._show(name)) as progress:
            yield lambda done: progress.update(done, total)

    def _read(self, task: Task, progress: Progress) -> Read:
        journal = task.journal
        if journal.end is not None:
            return Read(journal.end.frames, journal.end.ended_early, {})
        job = Job(
            task.video,
            journal.header.every,
            journal,
            lambda: progress.update(journal.count, task.total),
            self._voice.say,
        )
        job.moved()
        read = record(job, self._deployed())
        progress.update(read.frames, read.frames)
        journal.finish(End(read.frames, read.ended_early))
        return read

    def _deployed(self) -> Deployment:
        if self._deployment is None:
            self._deployment = self._stack.enter_context(
                deployed(self._options.workers, self._environ, self._voice.say)
            )
        return self._deployment

    def _about(self, task: Task, read: Read, took_s: float, earlier: Mapping[str, Any]) -> About:
        workers = self._about_workers
        others = {name: value for name, value in workers.items() if name not in MODEL}
        own = self._deployment.workers if self._deployment else None
        own = earlier.get("settings", {}).get("workers", own)
        return About(
            version=version("mien"),
            video=_video(task, read.report or earlier.get("video", {})),
            settings={"every": task.journal.header.every, "workers": own, **others},
            model={said: workers[name] for name, said in MODEL.items() if name in workers},
            ended_early=read.ended_early,
            took_s=earlier.get("took_s", took_s),
        )


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


def _earlier(folder: Path) -> Mapping[str, Any]:
    """Return the summary that stands in a folder; nothing where none does."""
    try:
        return dict(json.loads((folder / SUMMARY).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _video(task: Task, report: Mapping[str, Any]) -> Video:
    about = task.about
    return Video(
        name=task.video.name,
        size=task.journal.header.video.size,
        width=about.width,
        height=about.height,
        duration_s=report.get("duration_s", about.duration_s),
        variable=report.get("variable", about.variable),
        codec=about.codec,
    )


@contextmanager
def session(options: Options, environ: Mapping[str, str], voice: Voice, show: Show) -> Iterator[Session]:
    """Give a session, and end it afterwards; raises as `Session`."""
    with ExitStack() as stack:
        yield Session(options, environ, voice, show, stack)
