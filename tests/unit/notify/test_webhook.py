import base64
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Event as Flag
from threading import Thread

import pytest

from services.notify import webhook as module
from services.notify.delivery import Refused, Unreachable
from services.notify.events import Event, Kind
from services.notify.webhook import Webhook, shown
from tests.e2e.processes import free_port
from tests.fakes import Ticker
from tests.http_receiver import HttpReceiver

SECRET = "hunter2"
EVENT = Event(Kind.CAMERA_LOST, "door", 10**18, reason="gone", id="ab")


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


def send(url: str, event: Event = EVENT) -> None:
    with closing(Webhook(url, b"sixteen-characters", now=lambda: 1_700_000_000.9)) as hook:
        hook.send(event)


def test_an_event_is_posted_with_its_kind_its_id_and_a_signature(receiver: HttpReceiver) -> None:
    send(receiver.url)
    (request,) = receiver.requests
    assert json.loads(request.body)["event"] == "camera_lost"
    assert request.headers["content-type"] == "application/json"
    assert (request.headers["x-mien-event"], request.headers["x-mien-delivery"]) == ("camera_lost", "ab")
    assert request.headers["x-mien-signature"].startswith("t=1700000000,v1=")


def test_a_login_goes_into_a_header_and_a_query_stays_in_the_address(receiver: HttpReceiver) -> None:
    send(f"http://me:p%40ss@127.0.0.1:{receiver.port}/a?b=c")
    (request,) = receiver.requests
    assert request.path == "/a?b=c"
    assert request.headers["authorization"] == f"Basic {base64.b64encode(b'me:p@ss').decode()}"


def test_one_connection_does_for_many_events(receiver: HttpReceiver) -> None:
    with closing(Webhook(receiver.url, b"sixteen-characters")) as hook:
        for _ in range(3):
            hook.send(EVENT)
    assert len({request.port for request in receiver.requests}) == 1


def test_a_connection_that_was_idle_for_long_is_made_anew(receiver: HttpReceiver) -> None:
    ticker = Ticker()
    with closing(Webhook(receiver.url, b"sixteen-characters", monotonic=ticker)) as hook:
        for _ in range(3):
            ticker.now += 2 * module.IDLE_S
            hook.send(EVENT)
    assert len({request.port for request in receiver.requests}) == 3


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_an_answer_that_may_change_is_for_another_try(receiver: HttpReceiver, status: int) -> None:
    receiver.answer = lambda _request: (status, {"Retry-After": "7"})
    with pytest.raises(Unreachable, match=f"it answers {status}") as caught:
        send(receiver.url)
    assert caught.value.after_s == 7


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410])
def test_another_answer_is_final_and_no_redirect_is_followed(receiver: HttpReceiver, status: int) -> None:
    receiver.answer = lambda _request: (status, {"Location": "/elsewhere"})
    with pytest.raises(Refused, match=f"it answers {status}"):
        send(receiver.url)
    assert len(receiver.requests) == 1


def test_a_time_of_day_in_retry_after_is_left_aside(receiver: HttpReceiver) -> None:
    receiver.answer = lambda _request: (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with pytest.raises(Unreachable) as caught:
        send(receiver.url)
    assert caught.value.after_s == 0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"http://127.0.0.1:{free_port()}/{SECRET}", "nobody listens there"),
        (f"http://{SECRET}.invalid/{SECRET}", "its name is not known"),
    ],
    ids=["nobody listens", "no such name"],
)
def test_why_nobody_is_reached_is_said_without_the_address(url: str, says: str) -> None:
    with pytest.raises(Unreachable) as caught:
        send(url)
    assert str(caught.value) == says


def test_a_server_that_speaks_no_tls_is_named_as_such(receiver: HttpReceiver) -> None:
    with pytest.raises(Unreachable, match="its certificate or its TLS is not good"):
        send(f"https://127.0.0.1:{receiver.port}/")


def test_a_certificate_that_nobody_trusts_is_refused() -> None:
    hook = Webhook("https://localhost/", b"sixteen-characters")
    context = hook._pool.connection_pool_kw["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_one_that_does_not_answer_is_given_up(
    receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.1)
    late = Flag()
    receiver.answer = lambda _request: (204 if late.wait(0.5) else 200, {})
    with pytest.raises(Unreachable, match="it does not answer"):
        send(receiver.url)


class Dripping:
    """A receiver that says `begin`, and then a letter again and again without an end."""

    def __init__(self, begin: bytes) -> None:
        self._begin = begin
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._over = Flag()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Dripping":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join(10)
        self._listener.close()

    def _run(self) -> None:
        connection, _ = self._listener.accept()
        with connection, suppress(OSError):
            connection.sendall(self._begin)
            while not self._over.wait(0.02):
                connection.sendall(b"a")


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_an_answer_that_drips_is_given_up(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.2)
    with Dripping(begin) as receiver, pytest.raises(Unreachable, match="it does not answer within"):
        send(receiver.url)


@pytest.mark.parametrize("length", [b"Content-Length: 60000", b"Content-Length: 9999999", b"X-None: 0"])
def test_a_body_that_drips_after_a_good_answer_holds_up_nobody(
    length: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.2)
    with Dripping(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n") as receiver:
        send(receiver.url)


def test_of_an_address_only_scheme_host_and_port_are_shown() -> None:
    assert shown(f"https://me:{SECRET}@h.org:8443/{SECRET}?q={SECRET}#{SECRET}") == "https://h.org:8443"
