"""HTTPS: the certificate, and handshakes that hold nobody up."""

import hashlib
import logging
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]  # it has no types

from services.web.own_certificate import kept_certificate
from services.web.settings import WebSettings
from services.web.tokens import default_token_file
from shared.errors import SettingsError

log = logging.getLogger(__name__)

HANDSHAKE_TIMEOUT_S = 5.0
"""For all of it: a socket's own timeout is for each read, and who sends a byte now and then never ends."""

READ_BYTES = 64 * 1024

FIRST_OF_TLS = b"\x16"
"""The first byte of a handshake (RFC 8446, 5.1)."""

SPEAK_TLS = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    b"This is Mien over HTTPS: open the address with https:// in front.\n"
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What HTTPS is served with.

    Attributes:
        cert: the certificate's file, in PEM.
        key: the private key's file, in PEM; it may be the same.
        fingerprint: SHA-256 of the certificate, in hexadecimal digits with colons, as browsers show it.
    """

    cert: Path
    key: Path
    fingerprint: str


def find_certificate(settings: WebSettings, environ: Mapping[str, str]) -> Certificate | None:
    """Return the certificate that the settings give, or the one that is kept; None for HTTP.

    One that is absent is made.

    Raises:
        SettingsError: it can be neither read nor made.
    """
    if settings.tls_cert is not None:
        return _read("MIEN_TLS_CERT", settings.tls_cert, settings.tls_key or settings.tls_cert)
    if settings.tls_key is not None:
        raise SettingsError("MIEN_TLS_KEY needs MIEN_TLS_CERT, the certificate that it belongs to")
    if not settings.https:
        return None
    folder = (settings.token_file or default_token_file(environ)).parent
    path = kept_certificate(folder / "tls.pem", settings.tls_names.replace(",", " ").split())
    return _read("MIEN_HTTPS", path, path)


def _read(variable: str, cert: Path, key: Path) -> Certificate:
    try:
        _context(cert, key)
        # Beside the PEM may stand anything, in any encoding.
        first = cert.read_text(encoding="ascii", errors="replace").partition("-----BEGIN CERTIFICATE-----")
        pem = "".join(first[1:]).partition("-----END CERTIFICATE-----")
        der = ssl.PEM_cert_to_DER_cert(pem[0] + pem[1])
    except (OSError, ValueError) as error:
        files = cert if cert == key else f"{cert} with {key}"
        raise SettingsError(f"{variable}: {files} cannot be used: {error}") from error
    return Certificate(cert, key, hashlib.sha256(der).digest().hex(":").upper())


def tls_context(certificate: Certificate) -> ssl.SSLContext:
    """Return what HTTPS is served with; the handshake is left to `shake_hands`."""
    return _context(certificate.cert, certificate.key)


def shake_hands(connection: ssl.SSLSocket) -> bool:
    """Shake hands with a client; return False for one that fails, takes too long or speaks plain HTTP."""
    connection.settimeout(HANDSHAKE_TIMEOUT_S)
    try:
        with gevent.Timeout(HANDSHAKE_TIMEOUT_S, TimeoutError):
            if socket.socket.recv(connection, 1, socket.MSG_PEEK) != FIRST_OF_TLS:
                _answer_in_plain(connection)
                return False
            connection.do_handshake()
    except OSError as error:  # ssl.SSLError and TimeoutError are some
        log.debug("no handshake: %s", error)
        return False
    return True


class LateHandshakes(ssl.SSLContext):
    """Leaves the handshake to the worker: where it fails, a server of gevent prints a traceback."""

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> ssl.SSLSocket:  # noqa: ANN401  ssl's
        """Return the connection, on which no handshake was done yet."""
        return super().wrap_socket(sock, *args, **{**options, "do_handshake_on_connect": False})


def _context(cert: Path, key: Path) -> ssl.SSLContext:
    context = LateHandshakes(ssl.PROTOCOL_TLS_SERVER)
    # A key with a passphrase would be asked for on the terminal.
    context.load_cert_chain(cert, key, password=lambda: "")
    return context


def _answer_in_plain(connection: ssl.SSLSocket) -> None:
    socket.socket.recv(connection, READ_BYTES)
    os.write(connection.fileno(), SPEAK_TLS)  # Its own `send` would speak TLS.
