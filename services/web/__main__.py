"""The web service: `python -m services.web`."""

# Before anything else: what is imported later takes its sockets, locks and threads from the standard library,
# and a single one that is not gevent's would block every viewer.
from gevent import monkey  # type: ignore[import-untyped]  # it has no types

monkey.patch_all()

import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from functools import partial  # noqa: E402

from services.web.address import sign_in_address  # noqa: E402
from services.web.server import Server, listen  # noqa: E402
from services.web.settings import WebSettings  # noqa: E402
from services.web.tls import find_certificate  # noqa: E402  gevent patches first
from services.web.tokens import find_token  # noqa: E402
from services.web.wiring import make_site  # noqa: E402
from shared import service  # noqa: E402
from shared.errors import BrokerError, BrokerRefused, SettingsError  # noqa: E402

log = logging.getLogger(__name__)


def main() -> int:
    """Run the service until a signal ends it; return the exit code."""
    try:
        return service.run("web", WebSettings, serve)
    except SystemExit as end:
        # gunicorn's own code for a worker that could not start is ours for a bad start.
        return service.BAD_START if end.code else 0


def serve(settings: WebSettings) -> None:
    """Serve until a signal comes.

    Raises:
        SettingsError: the token or a port cannot be had.
        BrokerRefused: the broker is there and refuses.
    """
    token = find_token(settings, os.environ)
    check_broker(settings)
    check_metrics_port(settings)
    certificate = find_certificate(settings, os.environ)
    listener = listen(settings.host, settings.port)
    port, scheme = listener.getsockname()[1], "http" if certificate is None else "https"
    announce = f"Mien is at {sign_in_address(settings.host, port, token, scheme)}"
    if certificate is not None:
        announce = f"The certificate's SHA-256 fingerprint is {certificate.fingerprint}\n{announce}"
    site = partial(make_site, settings, token, announce, secure=certificate is not None)
    Server(listener, site, certificate).run()


def check_broker(settings: WebSettings) -> None:
    """Find out whether the broker takes our password; one that is away may come later.

    Raises:
        BrokerRefused: it does not.
        SettingsError: its URL or its password's file is wrong.
    """
    broker = service.connect(settings, "mien-web-check")
    try:
        broker.ping()
    except BrokerRefused:
        raise
    except BrokerError as error:
        log.debug("%s; the worker will say so, and wait for it", error)
    finally:
        broker.close()


def check_metrics_port(settings: WebSettings) -> None:
    """Find out whether the metrics' port is free, before a worker stumbles over it.

    Raises:
        SettingsError: it is not.
    """
    if settings.metrics_port is None:
        return
    host, port = settings.metrics_host, settings.metrics_port
    with suppress(SettingsError):
        listen(host, port).close()
        return
    raise SettingsError(f"MIEN_METRICS_PORT {port}: cannot listen on {host} (MIEN_METRICS_HOST)")


if __name__ == "__main__":
    sys.exit(main())
