"""What is written of a video that was read: what draws and writes takes seconds to load, and comes last."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from services.analysis.annotated import write_annotated
from services.analysis.ffmpeg import Sound
from services.analysis.results import write_results
from services.analysis.summary import About, Video
from services.capture.recording.again import pictures_of
from services.local.analyze.known import Known
from services.local.analyze.task import Task
from shared.entities import Privacy

MODEL = {"model": "name", "model_version": "version", "model_sha256": "sha256"}
"""What workers say of their model, and what the summary calls it."""

Count = Callable[[int], None]
"""Takes how many frames are done."""


def write_tables(task: Task, known: Known, count: Count) -> Mapping[str, Any]:
    """Write the tables, the timeline and the summary beside the journal of a task; return the summary.

    Raises:
        AnalysisError: one of them cannot be written.
    """
    return write_results(task.folder, about(task, known), progress=count)


def write_pictures(task: Task, privacy: Privacy, count: Count) -> None:
    """Write the annotated video there: its pictures are read once more, by the code that published them.

    Raises:
        SourceError: the video cannot be read any more.
        AnalysisError: the annotated one cannot be written.
    """
    pictures = pictures_of(task.video, task.journal.header.every)
    sound = Sound(task.video, task.about.start_s)
    write_annotated(task.folder, pictures, sound, privacy=privacy, progress=count)


def about(task: Task, known: Known) -> About:
    """Return what stands in the summary besides the results."""
    end, workers = known.end, known.depends_on
    others = {name: value for name, value in workers.items() if name not in MODEL}
    return About(
        version=version("mien"),
        video=_video(task, end.report),
        settings={"every": task.journal.header.every, "workers": end.workers, **others},
        model={said: workers[name] for name, said in MODEL.items() if name in workers},
        ended_early=end.ended_early,
        took_s=end.took_s,
    )


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
        damaged=report.get("damaged"),
        missing=report.get("missing"),
        retimed=report.get("retimed"),
        longest_gap_s=report.get("longest_gap_s"),
    )
