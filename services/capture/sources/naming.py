"""What a source's spec means, and how it may be shown to people."""

import re
from pathlib import Path
from typing import Literal

from shared.errors import SourceError

Kind = Literal["demo", "test", "webcam", "file", "folder", "network"]

_WEBCAM = re.compile(r"\d+|/dev/.+")
_NETWORK = re.compile(r"(?:https?|rtsps?)://.+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_ADDRESS = re.compile(r"([\s./]*[a-z][a-z0-9+.-]*:/+)(.*)", re.IGNORECASE | re.DOTALL)
"""Also one with a character too many before it: its scheme, and the rest."""
_PLACE = re.compile(r"(?:[^/?#]*@)?([\w.-]+(?::\d{1,5})?|\[[\w:.%-]+\](?::\d{1,5})?)((?:[/?#][^@]*)?)")
"""The host, and what follows it; an @ later on may be of a password that has a slash in it."""
_MEANT_AS_ADDRESS = re.compile(r"@|://|^\s*//")


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
    """Return `spec` fit for logs and pages: of an address scheme, host and port, and `...` for all else.

    Cameras have their secrets in the login, the query and the path, under many names or none, so nothing of
    these is shown; and no host where it is not plain which part is the host.
    """
    address = _ADDRESS.fullmatch(spec)
    if address:
        return _masked_address(*address.groups())
    if _MEANT_AS_ADDRESS.search(spec):
        return "..."
    path, mark, query = spec.partition("?")
    return path + mark + ("..." if query else "")


def _masked_address(scheme: str, rest: str) -> str:
    place = _PLACE.fullmatch(rest)
    if not (place and scheme.endswith("://")):
        return scheme + ("..." if rest else "")
    host, path = place.groups()
    return scheme + host + (path if path in ("", "/") else "/...")
