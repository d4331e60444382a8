"""Connections whose answers have to be whole in time: a timeout of a socket begins again with every byte."""

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from shared.deadline import in_time


class Http(HTTPConnection):
    """A connection whose status and headers are there in time."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
        """Return the answer; its body is not read yet."""
        with in_time(self.sock, self.timeout or 0.0):
            return super().getresponse()


class Https(HTTPSConnection):
    """The same, encrypted."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
        """Return the answer; its body is not read yet."""
        with in_time(self.sock, self.timeout or 0.0):
            return super().getresponse()


class HttpPool(HTTPConnectionPool):
    """Such connections."""

    ConnectionCls = Http


class HttpsPool(HTTPSConnectionPool):
    """Such connections, encrypted."""

    ConnectionCls = Https


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": HttpPool, "https": HttpsPool}
