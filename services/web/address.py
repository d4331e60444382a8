"""The address that a person opens."""

from urllib.parse import quote

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared with, not listened on


def address(host: str, port: int, scheme: str = "http") -> str:
    """Return the address that a browser on this machine opens."""
    name = "localhost" if host in EVERYWHERE else host
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def sign_in_address(host: str, port: int, token: str, scheme: str = "http") -> str:
    """Return the address that signs in whoever opens it."""
    return f"{address(host, port, scheme)}/?token={quote(token, safe='')}"
