"""A QR code of the address that signs in, for a phone in the same network."""

from collections.abc import Callable
from io import StringIO
from ipaddress import ip_address
from urllib.parse import urlsplit

from shared.host import own_address

NO_NETWORK = "no QR code: this machine is in no network that a phone could be in"


def code(url: str, address: Callable[[], str] = own_address) -> str:
    """Return a QR code for a terminal, and the address in it: this machine's, as others reach it."""
    try:
        phone_url = reachable(url, address)
    except OSError:
        return NO_NETWORK
    # Only here, because nobody else needs it.
    import segno  # noqa: PLC0415  only --qr needs it

    drawn = StringIO()
    segno.make(phone_url, error="l", micro=False).terminal(drawn, compact=True)
    parts = urlsplit(phone_url)
    where = f"{parts.scheme}://{parts.netloc}/"
    return f"{drawn.getvalue()}For a phone in this network: {where}, with the token in the code"


def reachable(url: str, address: Callable[[], str] = own_address) -> str:
    """Return `url` with this machine's address where it names the machine itself.

    Raises:
        OSError: it is in no network.
    """
    parts = urlsplit(url)
    if not is_this_machine(parts.hostname or ""):
        return url
    netloc = address() if parts.port is None else f"{address()}:{parts.port}"
    return parts._replace(netloc=netloc).geturl()


def is_this_machine(host: str) -> bool:
    """Return whether a host's name or address is that of this machine for itself, and no other's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
