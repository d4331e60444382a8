"""Prometheus metrics on a port of their own, beside `/healthz` and `/readyz` for health checks."""

import logging
import socketserver
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app

from shared.errors import SettingsError
from shared.health import Health

POLL_S = 0.1
"""How soon the server notices that it is to close."""

StartResponse = Callable[..., Any]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is wsgiref's
        logging.getLogger(__name__).debug(format, *args)


class MetricsServer:
    """Serves `/metrics`, `/healthz` and `/readyz` from a thread.

    Raises:
        SettingsError: the port cannot be had.
    """

    def __init__(self, host: str, port: int, health: Health, registry: CollectorRegistry = REGISTRY) -> None:
        metrics: Callable[[dict[str, Any], StartResponse], Iterable[bytes]] = make_wsgi_app(registry)

        def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            answers = {"/healthz": health.alive, "/readyz": health.ready}
            path = environ["PATH_INFO"]
            if path == "/metrics":
                return metrics(environ, start_response)
            answer = answers.get(path)
            if answer is None:
                start_response("404 Not Found", [("Content-Type", "text/plain")])
                return [b"/metrics, /healthz, /readyz\n"]
            good = answer()
            start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"ok\n" if good else b"no\n"]

        try:
            self._server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
        except OSError as error:
            raise SettingsError(f"MIEN_METRICS_PORT {port}: cannot listen on {host}: {error}") from error
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, args=(POLL_S,), name="metrics", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
