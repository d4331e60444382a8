"""Where the access token of this user's Mien is kept."""

from collections.abc import Mapping
from pathlib import Path


def token_file(environ: Mapping[str, str]) -> Path:
    """Return the token's file: where `MIEN_TOKEN_FILE` says, or in the user's state folder.

    The folder is that of the XDG Base Directory Specification: `$XDG_STATE_HOME`, or `~/.local/state`.
    """
    named = environ.get("MIEN_TOKEN_FILE")
    if named:
        return Path(named)
    state = environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "mien" / "token"


def with_token_file(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the token's file in it, unless it has the token itself."""
    if environ.get("MIEN_TOKEN"):
        return dict(environ)
    return {**environ, "MIEN_TOKEN_FILE": str(token_file(environ))}
