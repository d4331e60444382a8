"""What a source's spec means, and how it may be shown to people."""

import re
from pathlib import Path
from typing import Literal

from shared.errors import SourceError

Kind = Literal["demo", "test", "webcam", "file", "folder", "network"]

_WEBCAM = re.compile(r"\d+|/dev/.+")
_NETWORK = re.compile(r"(?:https?|rtsps?)://.+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_LOGIN = re.compile(r"^([a-z][a-z0-9+.-]+:/+).*@|^[^/]+:.*@", re.IGNORECASE)
_QUERY_VALUE = re.compile(r"(?<==)[^&]+")
_SECRET_IN_PATH = re.compile(r"(?i)(?<=/)[^/]*(?:pass|pwd|token|secret|key)[^/=]*=[^/]*")


def kind_of(spec: str) -> Kind:
    """Tell which kind of source `spec` names; looks at the disk to tell a file from a folder.

    Raises:
        SourceError: it is no kind of source that Mien knows, or a path where nothing is.
    """
    if spec == "demo:":
        return "demo"
    if spec.startswith("test:"):
        return "test"
    if _WEBCAM.fullmatch(spec):
        return "webcam"
    if _NETWORK.fullmatch(spec):
        return "network"
    return _kind_of_path(spec)


def _kind_of_path(spec: str) -> Kind:
    path = path_of(spec)
    try:
        if spec and path.is_dir():
            return "folder"
        if path.is_file():
            return "file"
    except OSError:  # a name longer than file systems take
        pass
    if spec.strip() and not _SCHEME.match(spec) and not spec.endswith(":"):
        raise SourceError(f"source {masked(spec)!r}: no such file or folder")
    raise SourceError(
        f"source {masked(spec)!r}: not a source; use demo:, test:, 0 or /dev/video0, "
        "rtsp://..., http(s)://..., a video file or a folder of pictures"
    )


def path_of(spec: str) -> Path:
    """Return the path that a file's or folder's spec names; a leading ~ is the user's home."""
    try:
        return Path(spec).expanduser()
    except RuntimeError:  # ~somebody who isn't known here
        return Path(spec)


def masked(spec: str) -> str:
    """Return `spec` fit for logs and pages: login, query values and secrets in the path as ***.

    Cameras name their secrets in many ways, so it hides rather too much than too little.
    """
    spec = _LOGIN.sub(r"\g<1>***@", spec)
    if not _SCHEME.match(spec):
        return spec
    head, mark, query = spec.partition("?")
    return _SECRET_IN_PATH.sub("***", head) + mark + _QUERY_VALUE.sub("***", query)
