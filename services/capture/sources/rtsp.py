"""Asks an RTSP camera why it refuses, for FFmpeg keeps that to itself."""

import http.client
import socket
from http import HTTPStatus
from io import BufferedRWPair
from urllib.parse import urlsplit

from services.capture.sources.http import unverified
from services.capture.sources.login import refusal, split_login, why
from shared.deadline import in_time

_PORT, _TLS_PORT = 554, 322  # RFC 7826, section 22.2
_LONGEST_LINE = 8_192
_MOST_BODY = 65_536


def why_refused(address: str, patience_s: float) -> str:
    """Return in words why a camera does not describe its stream (RFC 2326, section 10.2); empty if it does.

    Args:
        address: with the login in it, if there is one.
        patience_s: how long to wait for the answers.
    """
    try:
        bare, login = split_login(address)
        with _connected(bare, patience_s) as line, in_time(line, patience_s), line.makefile("rwb") as file:
            status, challenges = _describe(file, bare, 1)
            proof = login.answer(challenges, "DESCRIBE", bare) if login else None
            if status == HTTPStatus.UNAUTHORIZED and proof:
                status, _ = _describe(file, bare, 2, proof)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return why(error, patience_s)
    return "" if status == HTTPStatus.OK else refusal(status, logged_in=login is not None)


def _connected(bare: str, patience_s: float) -> socket.socket:
    parts = urlsplit(bare)
    secret = parts.scheme.lower() == "rtsps"
    port = parts.port or (_TLS_PORT if secret else _PORT)
    line = socket.create_connection((parts.hostname or "", port), patience_s)
    return unverified().wrap_socket(line) if secret else line


def _describe(file: BufferedRWPair, bare: str, number: int, proof: str = "") -> tuple[int, list[str]]:
    """Ask, and return the answer's status and its challenges."""
    asked = [f"DESCRIBE {bare} RTSP/1.0", f"CSeq: {number}", "User-Agent: Mien", "Accept: application/sdp"]
    asked += [f"Authorization: {proof}"] if proof else []
    file.write("\r\n".join([*asked, "", ""]).encode())
    file.flush()
    _version, status, *_ = file.readline(_LONGEST_LINE).split(maxsplit=2) or (b"", b"")
    headers = http.client.parse_headers(file)
    file.read(min(int(headers.get("Content-Length", 0)), _MOST_BODY))
    return int(status), headers.get_all("WWW-Authenticate", [])
