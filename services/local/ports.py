"""Whether a TCP port can be had."""

import errno
import socket


def port_problem(host: str, port: int) -> str | None:
    """Return why nothing can listen at `host` and `port`, or None if something can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as listener:
            # As servers do: connections of an earlier run that are still closing don't count.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except socket.gaierror as error:
        return f"host {host!r} is not known: {error.strerror}"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} on {host} is taken"
        return f"cannot listen on {host} port {port}: {error.strerror}"
    return None
