"""The address that a person opens."""

from urllib.parse import quote

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared with, not listened on


def address(host: str, port: int) -> str:
    """Return the address that a browser on this machine opens."""
    name = "localhost" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def sign_in_address(host: str, port: int, token: str) -> str:
    """Return the address that signs in whoever opens it."""
    return f"{address(host, port)}/?token={quote(token, safe='')}"
