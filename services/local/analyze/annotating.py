"""The annotated video: its pictures are read once more, by the very code that published them."""

from collections.abc import Callable

from services.analysis.annotated import write_annotated
from services.analysis.ffmpeg import Sound
from services.capture.recording.again import pictures_of
from services.local.analyze.task import Task
from shared.entities import Privacy


def annotate_video(task: Task, privacy: Privacy, progress: Callable[[int], None]) -> None:
    """Write the annotated video beside the journal of a task, which is whole.

    Raises:
        SourceError: the video cannot be read any more.
        AnalysisError: the annotated one cannot be written.
    """
    pictures = pictures_of(task.video, task.journal.header.every)
    sound = Sound(task.video, task.about.start_s)
    write_annotated(task.folder, pictures, sound, privacy=privacy, progress=progress)
