"""Where the access token of this user's Mien is kept."""

from collections.abc import Mapping
from pathlib import Path

from shared.state import state_folder


def token_file(environ: Mapping[str, str]) -> Path:
    """Return the token's file: where `MIEN_TOKEN_FILE` says, or in the user's state folder."""
    named = environ.get("MIEN_TOKEN_FILE")
    return Path(named) if named else state_folder(environ) / "token"


def with_token_file(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the token's file in it, unless it has the token itself."""
    if environ.get("MIEN_TOKEN"):
        return dict(environ)
    return {**environ, "MIEN_TOKEN_FILE": str(token_file(environ))}
