"""What an RTSP camera says about its refusal, from a small one that says what a test wants."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from services.capture.sources.rtsp import why_refused
from tests.unit.capture.sources.conftest import dripping

CHALLENGE = (
    'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 2\r\n\r\nno'
)
FINE = "RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"


@contextmanager
def camera(*replies: str) -> Iterator[tuple[str, list[str]]]:
    """Give these replies to one caller, and hang up; yield the address and what was asked."""
    asked: list[str] = []

    def serve(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, line.makefile("rwb") as file:
            for reply in replies:
                asked.append("".join(iter(lambda: file.readline().decode(), "\r\n")))
                file.write(reply.encode())
                file.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, args=(listener,), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}/live", asked


def test_a_login_that_is_refused_twice_is_wrong() -> None:
    with camera(CHALLENGE, CHALLENGE) as (place, asked):
        assert "wrong user or password" in why_refused(f"rtsp://me:word@{place}", 10)

    assert [words.splitlines()[0] for words in asked] == [f"DESCRIBE rtsp://{place} RTSP/1.0"] * 2
    assert "Authorization: Basic bWU6d29yZA==" in asked[1]


def test_a_login_that_is_missing_is_asked_for() -> None:
    with camera(CHALLENGE) as (place, _):
        assert "asks for a login" in why_refused(f"rtsp://{place}", 10)


def test_a_stream_that_is_described_was_not_refused() -> None:
    with camera(CHALLENGE, FINE) as (place, _):
        assert why_refused(f"rtsp://me:word@{place}", 10) == ""


@pytest.mark.parametrize("reply", ["", "\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 what\r\n\r\n"])
def test_what_speaks_no_rtsp_is_no_camera(reply: str) -> None:
    with camera(reply) as (place, _):
        assert "no camera" in why_refused(f"rtsp://{place}", 10)


@pytest.mark.parametrize("address", ["rtsp://:554/", "rtsp://me:hunter2@host:port/"])
def test_what_is_no_address_is_told_without_its_password(address: str) -> None:
    assert why_refused(address, 1) == "what answers there is no camera; check the address"


def test_a_camera_that_answers_a_byte_at_a_time_is_given_up() -> None:
    with dripping(b"RTSP/1.0 200 OK\r\nX: ") as port:
        assert why_refused(f"rtsp://127.0.0.1:{port}/", 0.3).startswith("no answer within 0.3 s")
