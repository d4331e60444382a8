"""A deadline for a whole answer: a socket's own time limit is for each piece of it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer


@contextmanager
def in_time(line: socket.socket, patience_s: float) -> Iterator[None]:
    """Hang up where what is done with a connection takes longer, however often a piece arrives.

    Raises:
        TimeoutError: it took longer.
    """
    late = Event()

    def hang_up() -> None:
        late.set()
        with suppress(OSError):  # The other end was quicker.
            # Not TLS's own, for which another thread must not be reading.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = Timer(patience_s, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError
