"""Where a user's Mien keeps what it must remember."""

from collections.abc import Mapping
from pathlib import Path


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return `mien` in `$XDG_STATE_HOME`, or in `~/.local/state`: see the XDG Base Directory Specification.

    A relative `XDG_STATE_HOME` is ignored, as it demands.
    """
    state = Path(environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        home = environ.get("HOME")
        state = (Path(home) if home else Path.home()) / ".local" / "state"
    return state / "mien"
