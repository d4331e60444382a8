"""`mien doctor`: what Mien needs on this machine, line by line."""

import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

from services.local import checks
from services.local.camera_check import check_cameras
from services.local.detector_check import check_detector
from services.local.findings import Finding, State
from services.local.webcams import find_webcams

BROKEN = 1
"""The exit code where something is broken."""


def doctor(environ: Mapping[str, str]) -> int:
    """Print a line for each thing that Mien needs; return 0, or 1 if something is broken."""
    return report(findings(environ), lambda line: print(line, flush=True))


def findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Check one thing after the other."""
    yield checks.check_python(sys.version_info[:2], f"Python {platform.python_version()}")
    packages = checks.check_packages(checks.PACKAGES)
    yield packages
    if packages.state is State.OK:
        yield from _services(environ)
    yield from check_cameras(find_webcams())
    yield checks.check_port(environ)
    yield checks.check_openssl(environ)
    yield checks.check_token_file(environ)


def report(found: Iterable[Finding], say: Callable[[str], None]) -> int:
    """Say each finding as it comes, and what they come to; return the exit code."""
    states = []
    for finding in found:
        say(finding.line())
        states.append(finding.state)
    wrong = states.count(State.BROKEN)
    say(f"Mien does not run: {wrong} to put right" if wrong else "Mien runs here: mien up")
    return BROKEN if wrong else 0


def _services(environ: Mapping[str, str]) -> Iterator[Finding]:
    # Only here, because without the packages it cannot be imported.
    from services.local import broker_check  # noqa: PLC0415

    settings = broker_check.check_settings(environ)
    yield settings
    if settings.state is State.OK:
        yield broker_check.check_broker(environ)
        detector = check_detector(environ)
        yield detector
        if detector.state is State.OK:
            yield checks.check_model(environ)
