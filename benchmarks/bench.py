"""`mien bench`: measures Mien beside the original program and others, in one run on this machine.

Writes bench.json and, where Matplotlib is installed, pictures; prints tables. The developer's own MIEN_*
variables do not reach what is measured.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import clip
from benchmarks.amounts import FULL, QUICK
from benchmarks.goals import verdicts
from benchmarks.machine import Machine, fingerprint, look, versions
from benchmarks.parts import PARTS, Bench, Found
from benchmarks.report import heading, tables, unmeasured
from benchmarks.table import as_text
from services.inference.settings import InferenceSettings
from shared.errors import MienError

OUT = Path("benchmarks/results")
FORMAT = 1
FAILED = 1
INTERRUPTED = 130
"""What a shell says of a command that SIGINT ended."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        prog="mien bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="less of everything, about a minute: to see that it works")
    add(
        "--parts", type=_parts, default=list(PARTS), metavar="A,B", help=f"of {','.join(PARTS)}; default: all"
    )
    add("--out", type=Path, default=OUT, metavar="DIR", help=f"default: {OUT}")
    add("--model", type=Path, metavar="ONNX", help="default: the one that ships")
    add("--fer-python", type=Path, metavar="PATH", help="the Python that has the package fer, if any has it")
    return parser.parse_args(argv)


def _parts(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PARTS)}")
    return [name for name in PARTS if name in names]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 if anything could not be measured."""
    options = parse(argv)
    try:
        results = run(options)
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / "bench.json"
        path.write_text(json.dumps(results, indent=1) + "\n")
    except (MienError, OSError) as error:
        say(str(error))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    print("\n".join(["", *heading(results), ""]))
    print("\n".join(map(as_text, tables(results))))
    print("\n".join(unmeasured(results)))
    print(f"{path}, in {results['took_s']:.0f} s")
    _draw(results, options.out)
    failed = [name for name, part in results["parts"].items() if "failed" in part]
    return FAILED if failed else 0


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the parts have found.

    Raises:
        MienError: the model cannot be used.
        OSError: the demo clip or the model cannot be read.
    """
    began, started = datetime.now(UTC), time.monotonic()
    machine = look()
    warn(machine)
    amounts = QUICK if options.quick else FULL
    settings = InferenceSettings.load({} if options.model is None else {"MIEN_MODEL": str(options.model)})
    digest = fingerprint(settings.model)
    with tempfile.TemporaryDirectory() as folder:
        say("making the clip")
        frames = clip.jpegs(amounts.frames)
        bench = Bench(amounts, frames, Path(folder), settings, options.fer_python)
        parts = {name: measure(name, bench) for name in options.parts}
    return {
        "format": FORMAT,
        "began": began.isoformat(timespec="seconds"),
        "took_s": round(time.monotonic() - started, 1),
        "quick": options.quick,
        "machine": asdict(machine),
        "versions": dict(versions()),
        "model": {"name": settings.model.name, "sha256": digest},
        "parts": parts,
        "goals": [asdict(verdict) for verdict in verdicts(parts)],
    }


def measure(name: str, bench: Bench) -> Found:
    """Return what a part has found; or, under `failed` or `skipped`, in one line why it could not."""
    say(f"{name}: {PARTS[name].__doc__}")
    try:
        return PARTS[name](bench)
    except (MienError, OSError) as error:
        say(f"{name}: {error}")
        return {"skipped" if name == "peers" and bench.fer_python is None else "failed": str(error)}


def warn(machine: Machine) -> None:
    """Say so where the machine does other things."""
    if not machine.quiet:
        say(
            f"this machine is not quiet: other programs use {machine.busy} of {machine.cores} cores, load "
            f"average {machine.load[0]}. What is measured now is too high."
        )


def say(line: str) -> None:
    """Tell the person who waits."""
    print(f"mien bench: {line}", file=sys.stderr, flush=True)


def _draw(results: dict[str, Any], folder: Path) -> None:
    try:
        from benchmarks.plots import draw  # noqa: PLC0415  Matplotlib may be missing
    except ModuleNotFoundError as error:
        say(f"no pictures: {error}")
        return
    for path in draw(results, folder):
        print(path)


if __name__ == "__main__":
    sys.exit(main())
