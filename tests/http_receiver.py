"""A real receiver of webhooks, which can be away, be slow, and answer what a test wants."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from tests.e2e.processes import free_port


@dataclass(frozen=True, slots=True)
class Request:
    """A request, when it came by `time.time`, and from which port."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    port: int


class HttpReceiver:
    """A server on one port; `answer` gives the status of each request, and headers for it."""

    def __init__(
        self,
        answer: Callable[[Request], tuple[int, dict[str, str]]] | None = None,
        *,
        host: str = "127.0.0.1",
    ) -> None:
        self.host = host
        self.port = free_port()
        self.requests: list[Request] = []
        self.accepted: list[Request] = []
        self.answer = answer or (lambda _request: (204, {}))
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        server = _Server((self.host, self.port), _handler(self))
        self._server = server
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Hang up on everybody, and listen no longer."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, request: Request) -> tuple[int, dict[str, str]]:
        self.requests.append(request)
        status, headers = self.answer(request)
        if status < 300:
            self.accepted.append(request)
        return status, headers


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def _handler(receiver: HttpReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(
                self.path, headers, self.rfile.read(length), time.time(), self.client_address[1]
            )
            status, more = receiver.take(request)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **more}.items():
                self.send_header(name, value)
            # One that is away keeps no connection open.
            if receiver._server is None:
                self.close_connection = True
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the names are http.server's
            pass

    return Handler
