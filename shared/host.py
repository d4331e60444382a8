"""Where this host is."""

import socket


def own_address() -> str:
    """Return this host's address in its network.

    Raises:
        OSError: it is in none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Nothing is sent: the kernel only chooses a way. The address is one for documentation (RFC 5737).
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
