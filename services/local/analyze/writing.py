"""The annotated video: what draws and encodes takes a second to load, and comes last."""

from collections.abc import Callable

from services.analysis.annotated import write_annotated
from services.analysis.ffmpeg import Sound
from services.capture.recording.again import pictures_of
from services.local.analyze.task import Task
from shared.entities import Privacy

Count = Callable[[int], None]
"""Takes how many frames are done."""


def write_pictures(task: Task, privacy: Privacy, count: Count) -> None:
    """Write the annotated video there: its pictures are read once more, by the code that published them.

    Raises:
        SourceError: the video cannot be read any more.
        AnalysisError: the annotated one cannot be written.
    """
    pictures = pictures_of(task.video, task.journal.header.every)
    sound = Sound(task.video, task.about.start_s)
    write_annotated(task.folder, pictures, sound, privacy=privacy, progress=count)
