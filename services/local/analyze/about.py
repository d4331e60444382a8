"""What stands in a summary besides the results."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from services.analysis.summary import About, Video
from services.local.analyze.known import Known
from services.local.analyze.task import Task

MODEL = {"model": "name", "model_version": "version", "model_sha256": "sha256"}
"""What workers say of their model, and what the summary calls it."""


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
