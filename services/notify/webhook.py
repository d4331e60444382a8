"""A receiver over HTTP: each event is one signed POST."""

import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import urllib3
from urllib3 import exceptions

from services.notify.deadline import POOLS
from services.notify.delivery import Refused, Unreachable
from services.notify.events import Event, body
from services.notify.signature import HEADER, signature
from shared.deadline import in_time

CONNECT_S = 3.0
ANSWER_S = 5.0
"""How long a receiver may take; it has its own queue, so it holds up nobody else."""

IDLE_S = 2.0
"""A connection that was not used for longer is made anew: something on the way may have forgotten it."""

LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read so that its connection can be used again; nobody looks at them.

A longer one, or one that does not say how long it is, costs the connection.
"""

LATER = frozenset({408, 425, 429})
"""Answers of a receiver that may want the event later, beside all from 500 on."""

OK, REDIRECTS, SERVER_ERRORS = 200, 300, 500

AWAY = {
    exceptions.ReadTimeoutError: f"it does not answer within {ANSWER_S:g} s",
    exceptions.NameResolutionError: "its name is not known",
    exceptions.NewConnectionError: "nobody listens there",
    exceptions.ConnectTimeoutError: f"it does not answer within {CONNECT_S:g} s",
    exceptions.SSLError: "its certificate or its TLS is not good",
}
"""In words of ours: urllib3's repeat the address, which may hold a secret. The first that fits is taken."""


class Webhook:
    """One address that is told.

    Args:
        url: where to; nothing of it but scheme, host and port is ever shown.
        secret: signs each event.
        ca_file: authorities to trust instead of the system's.
        now: the time, in Unix seconds.
        monotonic: this process's clock, in seconds.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        ca_file: Path | None = None,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = secret
        self._now = now
        self._monotonic = monotonic
        self._used_at = monotonic()
        place = urllib3.util.parse_url(url)
        self._url = place._replace(auth=None, fragment=None).url
        self._login = urllib3.util.make_headers(basic_auth=unquote(place.auth)) if place.auth else {}
        context = ssl.create_default_context(cafile=ca_file) if place.scheme == "https" else None
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1, ssl_context=context, retries=False)
        self._pool.pool_classes_by_scheme = POOLS

    def send(self, event: Event) -> None:
        """Deliver an event.

        Raises:
            Unreachable: nobody answers, or the answer is that it may come later.
            Refused: the answer is another one; a redirect is not followed.
        """
        if self._monotonic() - self._used_at > IDLE_S:
            self._pool.clear()
        self._used_at = self._monotonic()
        try:
            answer = self._post(event)
        except exceptions.HTTPError as error:
            raise Unreachable(_words(error)) from None
        _put_away(answer)
        _check(answer.status, answer.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Close the connection."""
        self._pool.clear()

    def _post(self, event: Event) -> urllib3.BaseHTTPResponse:
        text = body(event)
        headers = {
            **self._login,
            "Content-Type": "application/json",
            "User-Agent": "Mien",
            "X-Mien-Delivery": event.id,
            "X-Mien-Event": event.kind.value,
            HEADER: signature(self._secret, text, int(self._now())),
        }
        return self._pool.request(
            "POST",
            self._url,
            body=text,
            headers=headers,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S),
        )


def shown(url: str) -> str:
    """Return an address as it may be shown: a path and a query may be secrets."""
    place = urllib3.util.parse_url(url)
    return f"{place.scheme}://{place.netloc}"


def _put_away(answer: urllib3.BaseHTTPResponse) -> None:
    """Read what is left, in no more time than the answer had before, or hang up."""
    left, sock = answer.length_remaining, getattr(answer.connection, "sock", None)
    if sock is not None and left is not None and left <= LARGEST_ANSWER:
        with suppress(exceptions.HTTPError, TimeoutError), in_time(sock, ANSWER_S):
            answer.read(decode_content=False)
            answer.release_conn()
            return
    answer.close()


def _check(status: int, retry_after: str) -> None:
    if OK <= status < REDIRECTS:
        return
    if status in LATER or status >= SERVER_ERRORS:
        seconds = float(retry_after) if retry_after.isdecimal() else 0.0
        raise Unreachable(f"it answers {status}", seconds)
    raise Refused(f"it answers {status}")


def _words(error: exceptions.HTTPError) -> str:
    found = next((words for kind, words in AWAY.items() if isinstance(error, kind)), None)
    return found or "it hangs up, or does not speak HTTP"
