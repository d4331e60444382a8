"""`python -m benchmarks.live [SCENARIO]`: measures a running `mien up`; prints a JSON object a line.

The pixels of `test:` carry the frame's number and the time at which it was drawn, so that what is measured is
what a viewer sees; with another source, the ages are those of the headers. The developer's own `MIEN_*`
variables do not reach it.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import failover, slow, start, steady
from benchmarks.pipeline import Setup
from shared.errors import MienError

Report = failover.FailoverReport | slow.SlowReport | start.StartReport | steady.SteadyReport

FAILED = 1


def run_steady(options: argparse.Namespace) -> Iterator[Report]:
    """Frames a second, their age and the CPU that they take, for each number of workers."""
    for workers in options.workers:
        yield steady.measure(Setup(options.source, workers, options.model), options.seconds)


def run_start(options: argparse.Namespace) -> Iterator[Report]:
    """Seconds from the command to its URL and the first frame, and from each signal to the end."""
    for number in start.SIGNALS:
        yield start.measure(Setup(options.source, options.workers[0], options.model), number)


def run_slow(options: argparse.Namespace) -> Iterator[Report]:
    """What a viewer at half the rate sees, and when one that stops reading is dropped."""
    yield slow.measure(Setup(options.source, options.workers[0], options.model), options.seconds)


def run_failover(options: argparse.Namespace) -> Iterator[Report]:
    """How long the picture stands still when one worker, all workers or the broker are killed."""
    yield from failover.measure(Setup(options.source, options.workers[0], options.model), options.seconds)


SCENARIOS = {
    # Name: what runs it, its defaults of --source, --workers and --seconds.
    "steady": (run_steady, "test:", [1, 3], 20.0),
    "start": (run_start, "demo:", [1], 0.0),
    "slow": (run_slow, "test:", [1], 10.0),
    "failover": (run_failover, "test:", [2], 10.0),
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all scenarios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    scenarios = parser.add_subparsers(metavar="SCENARIO", required=True)
    for name, (run, source, workers, seconds) in SCENARIOS.items():
        scenario = scenarios.add_parser(name, help=run.__doc__, description=run.__doc__)
        add = scenario.add_argument
        add("--source", default=source, help=f"default: {source}")
        add("--model", type=Path, metavar="ONNX", help="default: the one that ships")
        several = "+" if name == "steady" else 1
        add("--workers", type=int, nargs=several, default=workers, metavar="N", help=f"default: {workers}")
        if seconds:
            add("--seconds", type=float, default=seconds, help=f"to watch; default: {seconds:.0f}")
        scenario.set_defaults(run=run)
    return parser


def with_scenario(argv: Sequence[str]) -> list[str]:
    """Return the arguments with `steady` where they name no scenario."""
    named = bool(argv) and (argv[0] in ("-h", "--help") or not argv[0].startswith("-"))
    return list(argv) if named else ["steady", *argv]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a JSON object a line."""
    options = build_parser().parse_args(with_scenario(sys.argv[1:] if argv is None else argv))
    try:
        for report in options.run(options):
            print(json.dumps(asdict(report)), flush=True)
    except (MienError, OSError) as error:
        print(f"benchmarks.live: {error}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
