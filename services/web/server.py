"""gunicorn, as this service runs it: one gevent worker, in which a viewer costs no thread."""

import logging
import resource
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent  # type: ignore[import-untyped]  # it has no types
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.ggevent import GeventWorker

from services.web.line import drop
from services.web.tls import Certificate, shake_hands, tls_context
from shared.errors import SettingsError

log = logging.getLogger(__name__)

BACKLOG = 1024
CONNECTIONS = 10_000
"""Open at once, at most; a viewer and a half-open connection cost a greenlet each."""

OTHER_FILES = 100
"""Open beside the connections: the broker's, libraries, the log."""

HEAD_TIMEOUT_S = 5
"""For the head of a request, and of an idle connection until its next: gunicorn's `keepalive`. Also for each
read of its body, and each write of an answer that is no feed."""

LAST_WORDS_S = 0.3
"""For answers in progress when the service stops: feeds end at once, everything else takes milliseconds."""

GRACE_S = 2
"""For the worker to end; then it is killed."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a worker serves.

    Attributes:
        app: answers the requests.
        ready: is called when the worker is about to serve.
        stop: ends what would otherwise last: the feeds.
        close: is called when the worker has ended.
    """

    app: Flask
    ready: Callable[[], None]
    stop: Callable[[], None]
    close: Callable[[], None]


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    gunicorn gets it ready-made, because it would itself try a port that is taken five times, and say so in
    a dozen lines.

    Raises:
        SettingsError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"MIEN_PORT {port}: cannot listen on {host} (MIEN_HOST): {error.strerror or error}"
        ) from error
    return listener


def most_connections() -> int:
    """Let this process open as many files as connections need; return how many connections it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, max(1, soft - OTHER_FILES))


class Quiet(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Sends gunicorn's log where the service's goes; nothing of a request but its failure is in it."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Set the loggers up."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Log an error; a connection that the kernel gave up, because its viewer took nothing, is none."""
        if isinstance(sys.exc_info()[1], TimeoutError):
            log.info("a viewer that took nothing was dropped")
        else:
            super().exception(msg, *args, **kwargs)


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gevent worker that ends its feeds when it is told to stop, and drops viewers without ado."""

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Stop: this is the handler of SIGTERM, in which nothing may wait for a lock."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._end)

    def _end(self) -> None:
        # gunicorn's own way would wait for browsers that keep a connection for their next request.
        self.app.stop()
        gevent.sleep(LAST_WORDS_S)
        sys.exit(0)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:  # noqa: ANN401  gunicorn has no types
        """Serve a connection; under HTTPS, after its handshake."""
        if not isinstance(client, ssl.SSLSocket) or shake_hands(client):
            super().handle(listener, client, addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:  # noqa: ANN401  no types
        """Serve one request; who sends or takes nothing for too long is dropped, and is no error of ours."""
        sock.settimeout(HEAD_TIMEOUT_S)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            log.info("a client that sent or took nothing was dropped")
            drop(sock)
            raise StopIteration from None
        # gunicorn itself times the head of the next request.
        sock.settimeout(None)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves on a socket that listens.

    Args:
        listener: the socket.
        make_site: makes what the worker serves, inside the worker: connections and threads do not survive
            the fork.
        certificate: for HTTPS; None for HTTP.
    """

    def __init__(
        self,
        listener: socket.socket,
        make_site: Callable[[], Site],
        certificate: Certificate | None = None,
    ) -> None:
        self._listener = listener
        self._certificate = certificate
        self._make_site = make_site
        self._site: Site | None = None
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings; no file of its own is read."""
        settings = {
            "bind": f"fd://{self._listener.detach()}",
            "worker_class": Worker,
            "workers": 1,
            "worker_connections": most_connections(),
            "keepalive": HEAD_TIMEOUT_S,
            "graceful_timeout": GRACE_S,
            "logger_class": Quiet,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._ready,
            "worker_exit": self._close,
        }
        if self._certificate is not None:
            settings |= self._tls_settings(self._certificate)
        for name, value in settings.items():
            self.cfg.set(name, value)

    def _tls_settings(self, certificate: Certificate) -> dict[str, object]:
        # gunicorn goes by the files whether it is HTTPS, and by the context how.
        return {
            "certfile": str(certificate.cert),
            "keyfile": str(certificate.key),
            "ssl_context": lambda _settings, _default: tls_context(certificate),
        }

    def load(self) -> Flask:
        """Return the application, made in the worker."""
        self._site = self._make_site()
        return self._site.app

    def stop(self) -> None:
        """End what would otherwise last."""
        if self._site is not None:
            self._site.stop()

    def _ready(self, _worker: Any) -> None:  # noqa: ANN401  gunicorn has no types
        if self._site is not None:
            self._site.ready()

    def _close(self, _arbiter: Any, _worker: Any) -> None:  # noqa: ANN401  gunicorn has no types
        if self._site is not None:
            self._site.close()
