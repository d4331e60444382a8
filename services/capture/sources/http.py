"""Asks a network camera for its pictures over HTTP, and says in words why it refuses."""

import http.client
import socket
import ssl
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from services.capture.sources.login import Login, refusal, split_login, why
from shared.deadline import in_time
from shared.errors import SourceError

MOST_REDIRECTS = 5


class Answer:
    """What a camera answered; its body is still to be read.

    Attributes:
        body: the rest of the answer.
        kind: its media type, in lower case, without parameters.
        boundary: what stands between the parts of a body that has several; empty where it does not tell.
        line: its connection, where the body comes over it as it is, to its end: neither encrypted nor in
            chunks. What came with the headers is in `body`.
    """

    def __init__(
        self, connection: http.client.HTTPConnection, line: socket.socket, body: http.client.HTTPResponse
    ) -> None:
        self._connection = connection
        self.body = body
        is_plain = not (isinstance(line, ssl.SSLSocket) or body.chunked) and body.length is None
        self.line = line if is_plain else None
        self.kind = body.headers.get_content_type()
        self.boundary = body.headers.get_boundary("")

    def close(self) -> None:
        """Hang up."""
        self.body.close()
        self._connection.close()


def ask(address: str, name: str, patience_s: float) -> Answer:
    """Return a camera's answer, which is no refusal; a login goes to its own host only, and not out of TLS.

    Args:
        address: with the login in it, if there is one.
        name: how errors call it, credentials masked.
        patience_s: how long to wait for each answer of it, and then for each piece of the body.

    Raises:
        SourceError: nobody answers, or it refuses; one line that says why.
    """
    try:
        bare, login = split_login(address)
        for _ in range(MOST_REDIRECTS):
            answer = _ask_with(login, bare, patience_s)
            onwards = _onwards(answer, bare)
            if not onwards:
                return _accepted(answer, name, login)
            answer.close()
            login = login if _may_have_login(onwards, bare) else None
            bare = onwards
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise SourceError(f"{name}: {why(error, patience_s)}") from error
    raise SourceError(f"{name}: it sends from one address to another, without end")


def unverified() -> ssl.SSLContext:
    """Return a context for TLS that takes any certificate: cameras make their own; FFmpeg takes them too."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ask_with(login: Login | None, bare: str, patience_s: float) -> Answer:
    answer = _ask(bare, None, patience_s)
    if login is None or answer.body.status != HTTPStatus.UNAUTHORIZED:
        return answer
    challenges = answer.body.headers.get_all("WWW-Authenticate", [])
    proof = login.answer(challenges, "GET", _target(bare))
    if proof is None:
        return answer
    answer.close()
    return _ask(bare, proof, patience_s)


def _ask(bare: str, proof: str | None, patience_s: float) -> Answer:
    host, port = urlsplit(bare).hostname or "", urlsplit(bare).port
    connection = http.client.HTTPConnection(host, port, timeout=patience_s)
    if urlsplit(bare).scheme.lower() == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=patience_s, context=unverified())
    headers = {"User-Agent": "Mien", "Accept": "*/*", "Connection": "close"}
    if proof:
        headers["Authorization"] = proof
    try:
        connection.connect()
        line = connection.sock  # The connection itself forgets it as soon as the headers are read.
        with in_time(line, patience_s):
            connection.request("GET", _target(bare), headers=headers)
            return Answer(connection, line, connection.getresponse())
    except BaseException:
        connection.close()
        raise


def _accepted(answer: Answer, name: str, login: Login | None) -> Answer:
    if answer.body.status == HTTPStatus.OK:
        return answer
    answer.close()
    raise SourceError(f"{name}: {refusal(answer.body.status, logged_in=login is not None)}")


def _onwards(answer: Answer, bare: str) -> str:
    """Return where an answer sends us, without a login in it; empty where it does not."""
    place = answer.body.headers.get("Location", "")
    if not (place and HTTPStatus.MULTIPLE_CHOICES <= answer.body.status < HTTPStatus.BAD_REQUEST):
        return ""
    onwards, _ = split_login(urljoin(bare, place))
    if urlsplit(onwards).scheme.lower() not in ("http", "https"):
        raise ValueError("it sends to what is no address of the web")
    return onwards


def _may_have_login(onwards: str, bare: str) -> bool:
    in_clear = urlsplit(bare).scheme.lower() == "https" and urlsplit(onwards).scheme.lower() == "http"
    return _host(onwards) == _host(bare) and not in_clear


def _host(bare: str) -> tuple[str | None, int | None]:
    return urlsplit(bare).hostname, urlsplit(bare).port


def _target(bare: str) -> str:
    parts = urlsplit(bare)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
