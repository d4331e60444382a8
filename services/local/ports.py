"""Whether a TCP port can be had."""

import errno
import socket


def port_problem(host: str, port: int) -> str | None:
    """Return why web cannot listen at `host` and `port`, or None if it can."""
    # As web does it: IPv6 only where the host is an IPv6 address; `localhost` is 127.0.0.1.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            # Connections of an earlier run that are still closing don't count.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()
    except socket.gaierror as error:
        return f"host {host!r} is not known: {error.strerror}"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} on {host} is taken"
        return f"cannot listen on {host} port {port}: {error.strerror}"
    return None
