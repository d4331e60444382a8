"""Writes a run's results into the README: `python -m benchmarks.readme [benchmarks/results/bench.json]`.

The pictures that it shows are copied into docs/pictures.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bench import OUT
from benchmarks.goals import Results
from benchmarks.report import is_measured, run_words
from benchmarks.table import Table, as_markdown, number
from shared.errors import MienError

README = Path("README.md")
PICTURES = Path("docs/pictures")
BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"

SHOWN = {
    "frame": "CPU of a frame: means, and how they are spread",
    "pipeline": "CPU of every process for a frame, and the frames' age at the viewer",
}
"""Pictures of the run, and what stands in their place where none can be seen."""

REPLACED = "the program that Mien replaces"


class NotForTheReadme(MienError):
    """Raised when results, or the README, are not what is needed."""


def section(results: Results, pictures: Sequence[str]) -> str:
    """Return the section's text, without its heading.

    Args:
        results: of a full run.
        pictures: those of `SHOWN` that there are.

    Raises:
        NotForTheReadme: the run was a quick one, or did not measure the processor.
    """
    parts = results["parts"]
    if results["quick"] or not is_measured(parts, "processor"):
        raise NotForTheReadme("these are results of a quick run, or the processor was not measured")
    blocks = [_about(results), as_markdown(_frames(parts)), *_picture("frame", pictures)]
    if is_measured(parts, "pipeline"):
        blocks += [_PIPELINE, as_markdown(_runs(parts["pipeline"])), *_picture("pipeline", pictures)]
    if is_measured(parts, "scaling"):
        blocks.append(_scaling(parts["scaling"]))
    if is_measured(parts, "recordings"):
        blocks.append(_recordings(parts["recordings"]))
    if is_measured(parts, "viewers"):
        blocks += [_VIEWERS, as_markdown(_viewers(parts["viewers"]))]
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks)


def replaced(readme: str, text: str) -> str:
    """Return the README with this text between its markers.

    Raises:
        NotForTheReadme: the markers are not there, once each.
    """
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise NotForTheReadme(f"the README has no single {BEGIN} and {END}")
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def _about(results: Results) -> str:
    machine = results["machine"]
    quiet = "" if machine["quiet"] else " It did other things, too: these figures are too high."
    return (
        f"Measured on {results['began'][:10]} by `make bench`, on {machine['cpu']}, {machine['cores']} cores."
        f"{quiet}\nA frame is 640x480 with one face, and costs one core:\n"
    )


def _frames(parts: Results) -> Table:
    mien = parts["processor"]["mien"]["cpu_ms"]
    costs = {f"{REPLACED}[^1]": parts["processor"]["original"]["cpu_ms"]}
    if is_measured(parts, "peers"):
        costs |= {
            f"`{row['name']}` {row['version']}": row["cost"]["cpu_ms"] for row in parts["peers"]["rows"]
        }
    costs["**Mien**, all that a worker does"] = mien
    if parts["processor"]["centerface"] is not None:
        costs["the same with `MIEN_DETECTOR=centerface`"] = parts["processor"]["centerface"]["cpu_ms"]
    rows = [
        [name, number(cost["mean"]), number(cost["p95"]), number(cost["mean"] / mien["mean"])]
        for name, cost in costs.items()
    ]
    return Table("", ["", "CPU, ms", "95 % within", "times Mien's"], rows, [_FOOTNOTE])


_FOOTNOTE = """[^1]: OpenCV's `haarcascade_frontalface_alt` on the full colour frame, a CNN of 7.2 million
    parameters in ONNX Runtime, drawing and encoding."""

_PIPELINE = """All processes together, the broker included, with one viewer; ages are those of frames at the
viewer:
"""

_VIEWERS = """One camera with many viewers, who take their share of the same cores:
"""


def _runs(part: Results) -> Table:
    columns = ["camera, workers", "frames a second", "age, median, ms", "95 % within", "CPU a frame, ms"]
    words = [run_words(run) for run in part["runs"]]
    return Table("", columns, [[*row[:4], row[-1]] for row in words])


def _scaling(part: Results) -> str:
    one, two = (part[run]["usage"]["published_fps"] for run in ("one", "two"))
    reached = f"{100 * part['share_of_reachable']:.0f} % of what {part['cores']} cores allow"
    return (
        "With a camera of 60 frames a second and faces blurred, for which each frame is searched whole,\n"
        f"one worker publishes {one:.1f} frames a second and two {two:.1f}: {reached} beside the other\n"
        "processes.\n"
    )


def _recordings(part: Results) -> str:
    one, two = (part[run]["fps"] for run in ("one", "two"))
    reached = f"{100 * part['share_of_reachable']:.0f} % of what {part['cores']} cores allow"
    return (
        f"Of a recorded video, `mien analyze` does {one:.1f} frames a second with one worker and {two:.1f}\n"
        f"with two: {reached}.\n"
    )


def _viewers(part: Results) -> Table:
    columns = ["viewers", "frames a second each", "age, median, ms", "95 % within", "web, cores"]
    rows = [
        [
            str(row["seen"]["viewers"]),
            number(row["seen"]["fps"]["mean"]),
            number(row["seen"]["age_ms"]["p50"], 0),
            number(row["seen"]["age_ms"]["p95"], 0),
            number(row["usage"]["cores"]["web"], 2),
        ]
        for row in part["rows"]
    ]
    return Table("", columns, rows)


def _picture(name: str, there: Sequence[str]) -> Iterator[str]:
    if name in there:
        yield f"![{SHOWN[name]}]({PICTURES}/bench-{name}.png)\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the README; 1 and one line where that can't be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readme", description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=OUT / "bench.json", metavar="JSON")
    options = parser.parse_args(argv)
    try:
        _write(options.results)
    except (MienError, OSError, ValueError, LookupError) as error:
        print(f"benchmarks.readme: {options.results}: {error}", file=sys.stderr)
        return 1
    return 0


def _write(path: Path) -> None:
    results = json.loads(path.read_text())
    drawn = {name: path.with_name(f"bench-{name}.png") for name in SHOWN}
    there = [name for name, picture in drawn.items() if picture.is_file()]
    text = replaced(README.read_text(), section(results, there))
    for name in there:
        shutil.copyfile(drawn[name], PICTURES / drawn[name].name)
    README.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
