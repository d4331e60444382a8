"""The `mien` command: parses, then hands over.

What a command needs is imported when it is its turn, so that each starts quickly.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, NoReturn

from services.local.analyze import options as analyze_options
from services.local.analyze.packages import NEEDS as ANALYZE_NEEDS
from services.local.children import module_command
from services.local.options import add_options, options_from

SERVICES = {
    "capture": "publish the frames of cameras",
    "inference": "read the expressions on published frames",
    "notify": "tell those whom cameras.yaml names of changes",
    "web": "show the annotated frames in browsers",
}

BENCH_OPTIONS = {
    "parts": ("A,B", "of stages,processor,peers,capture,pipeline,scaling,recordings,viewers (default: all)"),
    "out": ("DIR", "where results and pictures go (default: benchmarks/results)"),
    "model": ("ONNX", "the model (default: the one that ships)"),
    "fer-python": ("PATH", "the Python that has the package fer, which is measured too"),
}
"""What `benchmarks.bench` takes with a value."""

BENCH_NEEDS = ("benchmarks", "onnx", "psutil", "cv2", "onnxruntime")

_ADDRESS = re.compile(r"\S*(?://|@).*", re.DOTALL)
"""With all that follows: a password may have spaces in it."""

MISSING = 2
"""The exit code where something must be installed first."""

INTERRUPTED = 130
"""What a shell says of a command that SIGINT ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.handler(parsed))
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each sets `handler`, which takes what was parsed."""
    parser = _Parser(
        prog="mien", description="Reads the expressions on the faces in front of a camera, live."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = commands.add_parser("up", help="run everything on this machine", description=_up.__doc__)
    add_options(command)
    command.set_defaults(handler=_up)

    for service, does in SERVICES.items():
        about = f"Run the {service} service: {does}. Its settings are MIEN_* variables; see .env.example."
        command = commands.add_parser(service, help=does, description=about)
        command.set_defaults(handler=_service, service=service)

    command = commands.add_parser(
        "classify", help="faces and expressions of still pictures", description=_classify.__doc__
    )
    command.add_argument("images", nargs="+", metavar="IMAGE", help="a picture file")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--labels", metavar="HEAD", help="fer2013 or ferplus; default: MIEN_LABELS")
    command.set_defaults(handler=_classify)

    command = commands.add_parser(
        "analyze", help="every frame of recorded videos", description=_analyze.__doc__
    )
    analyze_options.add_options(command)
    command.set_defaults(handler=_analyze)

    command = commands.add_parser("bench", help="measure it on this machine", description=_bench.__doc__)
    command.add_argument("--quick", action="store_true", help="less of everything, to see that it works")
    for option, (value, about) in BENCH_OPTIONS.items():
        command.add_argument(f"--{option}", metavar=value, help=about)
    command.set_defaults(handler=_bench)

    command = commands.add_parser("doctor", help="say what is missing", description=_doctor.__doc__)
    command.set_defaults(handler=_doctor)
    return parser


class _Parser(argparse.ArgumentParser):
    """Shows no address in its errors, as it may hold a password; takes no option's beginning for it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  argparse's own, of many types
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        super().error(_ADDRESS.sub("***", message))


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_arguments: object, **_options: object) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415  see the module's docstring

        print(f"mien {version('mien')}")
        parser.exit()


def _up(parsed: argparse.Namespace) -> int:
    """Run the three services and a broker on this machine until Ctrl-C; prints one URL to open."""
    from services.local.process_list import hide_addresses  # noqa: PLC0415  see the module's docstring
    from services.local.up import up  # noqa: PLC0415

    options = options_from(parsed)
    if options.cameras_file is None:
        hide_addresses(options.cameras, os.environ)
    return up(options, os.environ)


def _service(parsed: argparse.Namespace) -> NoReturn:
    _become(f"services.{parsed.service}")


def _classify(parsed: argparse.Namespace) -> NoReturn:
    """Find the faces in pictures and read their expressions, through the code that workers run."""
    # "--" so that a picture's name may begin with a dash.
    options = ["--json"] if parsed.json else []
    options += [f"--labels={parsed.labels}"] if parsed.labels is not None else []
    _become("services.inference.classify", *options, "--", *parsed.images)


def _analyze(parsed: argparse.Namespace) -> int:
    """Read every frame of recorded videos: tables of the faces, a summary and a timeline of each video."""
    missing = _missing(ANALYZE_NEEDS)
    if missing:
        sys.stderr.write(f"mien analyze: {missing} not installed: pip install 'mien[local]'\n")
        return MISSING
    from services.local.analyze.command import analyze  # noqa: PLC0415  see the module's docstring

    return analyze(analyze_options.options_from(parsed), os.environ)


def _bench(parsed: argparse.Namespace) -> int:
    """Measure speed on this machine, beside other programs: tables, JSON and pictures; takes some minutes."""
    missing = _missing(BENCH_NEEDS)
    if missing:
        sys.stderr.write(f"mien bench: {missing} not installed: pip install 'mien[bench]'\n")
        return MISSING
    given = {option: getattr(parsed, option.replace("-", "_")) for option in BENCH_OPTIONS}
    words = [word for option, value in given.items() if value is not None for word in (f"--{option}", value)]
    return _become("benchmarks.bench", *(["--quick"] if parsed.quick else []), *words)


def _doctor(_parsed: argparse.Namespace) -> int:
    """Check what Mien needs on this machine: each line is ok, or says what to do."""
    from services.local.doctor import doctor  # noqa: PLC0415  see the module's docstring

    return doctor(os.environ)


def _missing(packages: Sequence[str]) -> str:
    return ", ".join(name for name in packages if find_spec(name) is None)


def _become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by one of our programs, so that signals and its exit code need no handing on."""
    command = module_command(module, *arguments)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    sys.exit(main())
