"""Connections whose answers have to be whole in time: a timeout of a socket begins again with every byte."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Event, Timer

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


@contextmanager
def within(seconds: float, sock: socket) -> Iterator[None]:
    """Hang up on whoever needs longer for what is done inside.

    Raises:
        TimeoutError: that was necessary.
    """
    late = Event()
    timer = Timer(seconds, _hang_up, (sock, late))
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
        # An answer that was cut off looks like one that is whole.
        raise TimeoutError


def _hang_up(sock: socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        # A TLS socket's own would put its state away while another thread reads.
        socket.shutdown(sock, SHUT_RDWR)


class Http(HTTPConnection):
    """A connection whose status and headers are there in time."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
        """Return the answer; its body is not read yet."""
        with within(self.timeout or 0.0, self.sock):
            return super().getresponse()


class Https(HTTPSConnection):
    """The same, encrypted."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
        """Return the answer; its body is not read yet."""
        with within(self.timeout or 0.0, self.sock):
            return super().getresponse()


class HttpPool(HTTPConnectionPool):
    """Such connections."""

    ConnectionCls = Http


class HttpsPool(HTTPSConnectionPool):
    """Such connections, encrypted."""

    ConnectionCls = Https


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": HttpPool, "https": HttpsPool}
