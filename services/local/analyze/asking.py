"""Short questions to the other parts, before anything is started: what a video is, what results depend on."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from services.local.children import module_command
from shared.errors import MienError, ModelError, SourceError

READER = "services.capture.recording"
WORKER = "services.inference.about"

REFUSED = 2
"""The exit code of a part that cannot do what it was asked to."""

PREFIX = re.compile(r"^mien \w+: ")
"""Each part begins its line with its name; the command has a name of its own."""


@dataclass(frozen=True, slots=True)
class AboutVideo:
    """What a video says of itself.

    Attributes:
        width: of its frames as they are shown, in pixels.
        height: the same.
        frames: how many there are; None where it does not say.
        duration_s: None where it does not say.
        variable: whether the time between frames varies; None where it does not say.
        codec: how it is encoded.
        start_s: when the first frame is shown, from the beginning of the file: sound may come before.
    """

    width: int
    height: int
    frames: int | None
    duration_s: float | None
    variable: bool | None
    codec: str
    start_s: float


def about_video(video: Path, environ: Mapping[str, str]) -> AboutVideo:
    """Return what a video says of itself.

    Raises:
        SourceError: there is no such file, or it is no video that can be read; one line that names it.
    """
    check_file(video)
    found = _answer(module_command(READER, "--probe", "--", str(video)), environ, SourceError)
    values: dict[str, Any] = {field.name: found.get(field.name) for field in fields(AboutVideo)}
    return AboutVideo(**values)


def check_file(video: Path) -> Path:
    """Return a path where there is something; a wrong one is told without starting another program.

    Raises:
        SourceError: there is nothing.
    """
    try:
        video.stat()
    except (OSError, ValueError) as error:
        raise SourceError(f"video {str(video)!r}: {getattr(error, 'strerror', None) or error}") from error
    return video


def about_workers(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the results of workers with this environment depend on, by name.

    Raises:
        ModelError: such a worker cannot run; one line that says why.
    """
    found = _answer(module_command(WORKER), environ, ModelError)
    return {str(name): str(value) for name, value in found.items()}


def last_line(text: str, otherwise: str) -> str:
    """Return what a part said last, without its name."""
    lines = text.splitlines()
    return PREFIX.sub("", lines[-1]) if lines else otherwise


def _answer(command: list[str], environ: Mapping[str, str], error: type[MienError]) -> dict[str, Any]:
    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  ours
    if run.returncode:
        raise error(last_line(run.stderr, f"{' '.join(command[1:])} ended with {run.returncode}"))
    found: dict[str, Any] = json.loads(run.stdout)
    return found
