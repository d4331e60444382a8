"""Asking a camera over HTTP, from a small one of our own."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from services.capture.picture import JpegImage, as_jpeg
from services.capture.sources import Source, open_camera
from services.capture.sources.http import ask
from services.capture.sources.source import Lossy
from services.web.own_certificate import kept_certificate
from shared.errors import SourceError
from tests.http_camera import PASSWORD, USER, HttpCamera, Scheme
from tests.made_videos import drawn
from tests.unit.capture.sources.conftest import dripping, served
from tests.unit.capture.sources.test_jpegs import jpeg

TLS_HANDSHAKE = b"\x16"

PICTURES = [jpeg(number) for number in range(3)]


@pytest.fixture
def camera() -> Iterator[HttpCamera]:
    camera = HttpCamera(PICTURES, every_s=0.01)
    yield camera
    camera.stop()


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "none"])
def test_pictures_behind_a_login_are_the_senders_byte_for_byte(camera: HttpCamera, scheme: Scheme) -> None:
    camera.scheme = scheme
    source = open_camera(camera.url())

    given = [source.read() for _ in range(6)]

    assert [picture.data for picture in given if isinstance(picture, JpegImage)] == PICTURES * 2
    source.close()


def test_pictures_whose_size_changes_are_passed_on_each_with_its_own(camera: HttpCamera) -> None:
    camera.pictures = [jpeg(), as_jpeg(drawn(0, (640, 480)), 85).data]
    source = open_camera(camera.url())

    given = [source.read() for _ in range(4)]

    assert [picture.width for picture in given if isinstance(picture, JpegImage)] == [320, 640, 320, 640]
    source.close()


def test_pictures_that_are_broken_are_passed_over_and_counted(camera: HttpCamera) -> None:
    camera.pictures = [b"no picture", *PICTURES[:2], b"nor this"]
    source = open_camera(camera.url())
    assert isinstance(source, Lossy)

    given = [source.read() for _ in range(3)]

    assert [picture.data for picture in given if isinstance(picture, JpegImage)] == [
        *PICTURES[:2],
        PICTURES[0],
    ]
    assert source.broken == 3
    source.close()


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
def test_a_wrong_password_is_told_in_words_that_do_not_show_it_and_tried_once(
    camera: HttpCamera, scheme: Scheme
) -> None:
    camera.scheme = scheme

    with pytest.raises(SourceError, match="refuses the login: wrong user or password") as refusal:
        open_camera(camera.url("a-guess"))

    assert "a-guess" not in str(refusal.value)
    assert camera.refused == 2  # Once without a login, as HTTP has it.


def test_a_login_that_is_missing_is_asked_for(camera: HttpCamera) -> None:
    with pytest.raises(SourceError, match="asks for a login"):
        open_camera(f"http://127.0.0.1:{camera.port}/video")


def test_a_path_where_nothing_is_is_told(camera: HttpCamera) -> None:
    with pytest.raises(SourceError, match="nothing at this path"):
        open_camera(camera.url(path="/nothing"))


def test_a_camera_that_sends_to_another_path_is_followed(camera: HttpCamera) -> None:
    source = open_camera(camera.url(path="/moved"))

    assert source.read() == JpegImage(PICTURES[0], 320, 240)
    source.close()


def test_a_camera_that_nobody_reads_any_longer_is_hung_up_on(camera: HttpCamera) -> None:
    source = open_camera(camera.url())
    source.read()
    source.close()

    while camera.watching:
        assert not camera.gone.wait(0.01)


def test_a_camera_that_goes_away_is_a_source_error_and_comes_back(camera: HttpCamera) -> None:
    source = open_camera(camera.url())
    camera.stop()
    with pytest.raises(SourceError, match=r"the stream ended|the connection is lost"):
        read_to_the_end(source)
    source.close()
    with pytest.raises(SourceError, match="cannot be reached: Connection refused"):
        open_camera(camera.url())

    camera.start()

    assert open_camera(camera.url()).read() == JpegImage(PICTURES[0], 320, 240)


def read_to_the_end(source: Source) -> None:
    while True:
        source.read()


@pytest.mark.parametrize("address", ["http://host:port/", f"http://user:{PASSWORD}@/", "http://[::1/"])
def test_what_is_no_address_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(SourceError) as refusal:
        ask(address, "source x", 1.0)

    assert PASSWORD not in str(refusal.value)


def test_a_camera_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(SourceError, match=r"no answer within 0\.3 s"):
            ask(address, "source x", 0.3)


def test_a_camera_that_answers_a_byte_at_a_time_is_given_up_as_well() -> None:
    with (
        dripping(b"HTTP/1.1 200 OK\r\nX: ") as port,
        pytest.raises(SourceError, match=r"no answer within 0\.3 s"),
    ):
        ask(f"http://127.0.0.1:{port}/", "source x", 0.3)


@pytest.mark.parametrize(("first", "second", "sent"), [("https", "http", False), ("http", "https", True)])
def test_a_login_goes_with_a_redirect_on_its_host_but_not_out_of_tls(
    tmp_path: Path, first: str, second: str, sent: bool
) -> None:
    certificate = kept_certificate(tmp_path / "tls.pem", [])
    outcome = nullcontext() if sent else pytest.raises(SourceError, match="asks for a login")
    with both_http_and_https(certificate, first, second) as (port, asked), outcome:
        ask(f"{first}://{USER}:{PASSWORD}@127.0.0.1:{port}/", "source x", 10).close()

    assert [scheme for scheme, words in asked if "Authorization: Basic" in words] == (
        [first, second] if sent else [first]
    )
    assert asked[-1][0] == second


@contextmanager
def both_http_and_https(
    certificate: Path, first: str, second: str
) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Speak both at one port, send from one to the other; yield the port, and what was asked of which."""
    asked: list[tuple[str, str]] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def answer(line: socket.socket) -> None:
        scheme = "https" if line.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE else "http"
        line = context.wrap_socket(line, server_side=True) if scheme == "https" else line
        with line, line.makefile("rwb") as file:
            words = "".join(iter(lambda: file.readline().decode(), "\r\n"))
            asked.append((scheme, words))
            file.write(reply(scheme, words).encode())
            file.flush()

    def reply(scheme: str, words: str) -> str:
        if "Authorization" not in words:
            return (
                'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
            )
        if scheme == first:
            return (
                f"HTTP/1.1 302 Found\r\nLocation: {second}://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n"
            )
        return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    with served(answer) as port:
        yield port, asked
