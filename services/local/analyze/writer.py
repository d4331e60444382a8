"""Has the tables written by a process of its own, whose memory is gone when they are."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services.analysis.about_text import about_text
from services.analysis.summary import About
from services.local.analyze.asking import last_line
from services.local.children import kill_group, module_command, start_child
from shared.errors import AnalysisError

WRITER = "services.analysis"


def write_apart(
    folder: Path, about: About, environ: Mapping[str, str], count: Callable[[int], None]
) -> Mapping[str, Any]:
    """Write the tables, the timeline and the summary beside the journal in a folder; return the summary.

    Raises:
        AnalysisError: one of them cannot be written; one line that says why.
    """
    command = module_command(WRITER, str(folder), about_text(about))
    process = start_child(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    summary: Mapping[str, Any] | None = None
    try:
        for line in process.stdout or ():
            said = json.loads(line)
            if isinstance(said, int):
                count(said)
            else:
                summary = said
        errors = process.stderr.read() if process.stderr else ""
        code = process.wait()
    finally:
        kill_group(process)
        process.wait()
    if code or summary is None:
        raise AnalysisError(last_line(errors, f"the files in {folder} cannot be written: ended with {code}"))
    return summary
