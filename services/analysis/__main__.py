"""Writes the files of a folder with a whole journal: `python -m services.analysis FOLDER ABOUT`.

A process of its own, because what draws and writes takes 150 MB, of which nothing is left when it ends.
ABOUT is what `about_text` makes. Each line that it prints is JSON: how many frames are done, and at last
the summary.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from services.analysis.about_text import read_about
from shared.errors import AnalysisError

FAILED = 1
SAY_EVERY_S = 0.1


def main(arguments: Sequence[str], out: TextIO) -> int:
    """Write the files; 1 and one line on stderr where one cannot be written."""
    folder, about = Path(arguments[0]), read_about(arguments[1])
    try:
        # Here, so that a package that is broken is told in a line.
        from services.analysis.results import write_results  # noqa: PLC0415  it imports Matplotlib and PyArrow

        summary = write_results(folder, about, progress=_counter(out))
    except ImportError as error:
        reason = str(error).partition("\n")[0]
        return _failed(f"the files in {folder} cannot be written: {reason}; give --resume when it is mended")
    except AnalysisError as error:
        return _failed(str(error))
    print(json.dumps(summary), file=out, flush=True)
    return 0


def _counter(out: TextIO, clock: Callable[[], float] = time.monotonic) -> Callable[[int], None]:
    said = clock()

    def count(done: int) -> None:
        nonlocal said
        if clock() - said >= SAY_EVERY_S:
            said = clock()
            print(done, file=out, flush=True)

    return count


def _failed(line: str) -> int:
    sys.stderr.write(f"mien analysis: {line}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
