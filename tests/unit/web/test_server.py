import resource
import socket
import struct
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.workers.ggevent import GeventWorker

from services.web import server
from services.web.server import CONNECTIONS, OTHER_FILES, Quiet, Worker, listen, most_connections
from shared.errors import SettingsError


def test_a_port_that_is_taken_is_one_line_that_names_the_setting() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"MIEN_PORT {port}: cannot listen on 127\.0\.0\.1"):
            listen("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_one_line_that_names_the_setting() -> None:
    with pytest.raises(SettingsError, match="MIEN_HOST"):
        listen("192.0.2.1", 0)


def test_a_socket_that_listens_takes_connections() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        listener.accept()[0].close()


@pytest.fixture
def file_limits() -> Iterator[tuple[int, int]]:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield limits
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_as_many_files_may_be_open_as_the_connections_need(file_limits: tuple[int, int]) -> None:
    _, hard = file_limits
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    connections = most_connections()
    soft, still_hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == min(hard, CONNECTIONS + OTHER_FILES)
    assert connections == soft - OTHER_FILES
    assert still_hard == hard


def test_a_higher_limit_is_left_alone_and_the_connections_stay_bounded(
    file_limits: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 10)
    assert most_connections() == 10
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == file_limits


def handle(monkeypatch: pytest.MonkeyPatch, sock: socket.socket, request: str) -> None:
    """Let a worker handle a request in which it does `request` with its socket."""

    def do(_worker: object, _listener: object, _req: object, sock: socket.socket, _address: object) -> None:
        getattr(sock, request)(b"x" * 10_000_000 if request == "sendall" else 1)

    monkeypatch.setattr(GeventWorker, "handle_request", do)
    Worker.handle_request(object.__new__(Worker), None, None, sock, None)


@pytest.mark.parametrize("request_", ["recv", "sendall"])
def test_who_sends_no_body_or_takes_no_answer_is_dropped(
    monkeypatch: pytest.MonkeyPatch, request_: str
) -> None:
    monkeypatch.setattr(server, "HEAD_TIMEOUT_S", 0.05)
    ours, client = socket.socketpair()
    with ours, client:
        with pytest.raises(StopIteration):
            handle(monkeypatch, ours, request_)
        assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == struct.pack("ii", 1, 0)


def test_between_requests_gunicorn_alone_times_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, client = socket.socketpair()
    with ours, client:
        client.send(b"x")
        handle(monkeypatch, ours, "recv")
        assert ours.gettimeout() is None


@pytest.mark.parametrize(("error", "logged"), [(TimeoutError("gone"), False), (ValueError("ours"), True)])
def test_a_viewer_that_was_given_up_is_no_error_and_everything_else_is(
    caplog: pytest.LogCaptureFixture, error: Exception, logged: bool
) -> None:
    try:
        raise error
    except type(error):
        Quiet(Config()).exception("Socket error processing request.")
    assert ("Socket error" in caplog.text) is logged
