"""Motion JPEG over HTTP, polled and not, from a camera that sends what a test sends, when it does."""

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from services.capture.picture import JpegImage, Picture
from services.capture.sources import Source
from services.capture.sources.http import ask
from services.capture.sources.jpeg_stream import JpegStream, PolledJpegStream, jpeg_stream
from services.capture.sources.jpegs import MOST_BROKEN
from services.web.own_certificate import kept_certificate
from shared.errors import SourceError
from tests.unit.capture.sources.conftest import dripping, served
from tests.unit.capture.sources.test_jpegs import jpeg

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n"
ONE, TWO, THREE = (jpeg(number) for number in range(3))
SOON_S = 10.0


def part(data: bytes) -> bytes:
    return b"--b\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(data), data)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@contextmanager
def camera(answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[JpegStream, socket.socket]]:
    """Ask a camera that answers this; yield its stream, and its end of the connection."""
    lines: Queue[socket.socket] = Queue()
    ended = Event()

    def reply(line: socket.socket) -> None:
        line = tls.wrap_socket(line, server_side=True) if tls else line
        with line:
            while not line.recv(65_536).endswith(b"\r\n\r\n"):
                pass
            line.sendall(answer)
            lines.put(line)
            ended.wait(SOON_S)

    with served(reply) as port:
        address = f"{'https' if tls else 'http'}://127.0.0.1:{port}/"
        stream = jpeg_stream(ask(address, "source x", SOON_S), "source x", SOON_S)
        try:
            yield stream, lines.get(timeout=SOON_S)
        finally:
            ended.set()
            stream.close()


@contextmanager
def polled(answer: bytes) -> Iterator[tuple[PolledJpegStream, socket.socket]]:
    with camera(answer) as (stream, line):
        assert isinstance(stream, PolledJpegStream)
        yield stream, line


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Path = kept_certificate(tmp_path_factory.mktemp("tls") / "tls.pem", [])
    context.load_cert_chain(certificate)
    return context


def data_of(picture: Picture | None) -> bytes | None:
    return picture.data if isinstance(picture, JpegImage) else None


def newest(stream: PolledJpegStream) -> bytes | None:
    """Return the newest picture of what has come."""
    while stream.collect():
        pass
    return data_of(stream.newest())


def awaited(stream: PolledJpegStream) -> bytes | None:
    """Return the next picture as soon as it has come."""
    while (data := newest(stream)) is None:
        assert stream.poll(SOON_S)
    return data


def collect_until_it_ends(stream: PolledJpegStream) -> None:
    while stream.collect() or stream.poll(SOON_S):
        pass


def test_what_came_with_the_headers_is_there_before_anything_else_comes() -> None:
    with polled(HEAD + b"\r\n" + part(ONE) + part(TWO)) as (stream, _):
        assert newest(stream) in (ONE, TWO)  # The second may have come with the headers, or after them.
        assert stream.passed_over + (newest(stream) == TWO) == 1
        assert not stream.poll(0)


def test_of_what_came_together_the_newest_picture_is_given_and_the_others_are_counted() -> None:
    with polled(HEAD + b"\r\n") as (stream, line):
        line.sendall(part(ONE) * 40 + part(TWO) + part(b"no picture") + part(THREE)[:90])
        given: list[bytes] = []
        while len(given) + stream.passed_over + stream.broken < 42:
            assert stream.poll(SOON_S)
            if (data := newest(stream)) is not None:
                given.append(data)

        assert given[-1] == TWO
        assert stream.passed_over > 0
        assert stream.broken == 1


def test_a_picture_that_comes_in_pieces_is_given_when_it_is_whole() -> None:
    with polled(HEAD + b"\r\n") as (stream, line):
        line.sendall(part(ONE)[:200])
        assert stream.poll(SOON_S)
        assert newest(stream) is None

        line.sendall(part(ONE)[200:])

        assert awaited(stream) == ONE


def test_nothing_is_waited_for_where_nothing_comes() -> None:
    with polled(HEAD + b"\r\n") as (stream, _):
        assert newest(stream) is None
        assert not stream.poll(0.01)


def test_a_polled_stream_can_be_read_as_any_other() -> None:
    with polled(HEAD + b"\r\n" + part(ONE)) as (stream, line):
        assert data_of(stream.read()) == ONE
        line.sendall(part(TWO) + part(THREE))
        assert [data_of(stream.read()), data_of(stream.read())] == [TWO, THREE]


def test_a_stream_in_chunks_is_read_and_not_polled() -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    body = part(ONE) + part(TWO)
    with camera(head + chunk(body[:500]) + chunk(body[500:])) as (stream, _):
        assert not isinstance(stream, PolledJpegStream)
        assert [data_of(stream.read()), data_of(stream.read())] == [ONE, TWO]


def test_an_encrypted_stream_is_read_and_not_polled(tls: ssl.SSLContext) -> None:
    with camera(HEAD + b"\r\n" + part(ONE) + part(TWO), tls) as (stream, _):
        assert not isinstance(stream, PolledJpegStream)
        assert [data_of(stream.read()), data_of(stream.read())] == [ONE, TWO]


def test_a_body_whose_length_is_told_ends_there() -> None:
    body = part(ONE)
    with camera(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body + part(TWO)) as (stream, _):
        assert not isinstance(stream, PolledJpegStream)
        assert data_of(stream.read()) == ONE
        with pytest.raises(SourceError, match="source x: the stream ended"):
            stream.read()


def test_the_end_of_a_stream_is_told_once_its_last_picture_was_given() -> None:
    with polled(HEAD + b"\r\n" + part(ONE)) as (stream, line):
        assert awaited(stream) == ONE
        line.shutdown(socket.SHUT_RDWR)
        assert stream.poll(SOON_S)
        with pytest.raises(SourceError, match="source x: the stream ended"):
            stream.collect()


def test_a_connection_that_is_reset_is_lost() -> None:
    with polled(HEAD + b"\r\n") as (stream, line):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
        assert stream.poll(SOON_S)
        with pytest.raises(SourceError, match="source x: the connection is lost"):
            stream.collect()


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\nX: " + b"x" * 70_000,
        *(b"--b\r\nContent-Length: %b\r\n\r\n" % n for n in (b"99999999", b"9" * 5_000)),
    ],
)
def test_a_part_without_bounds_ends_the_stream_after_what_came_before_it(body: bytes) -> None:
    with polled(HEAD + b"\r\n" + part(ONE) + body) as (stream, _):
        for _ in range(2):
            with pytest.raises(SourceError, match="source x: sends a part"):
                collect_until_it_ends(stream)
            assert stream.poll(0)  # Whoever waits is woken, though nothing more comes.
        assert data_of(stream.newest()) == ONE


def test_pictures_that_are_broken_are_passed_over_and_counted_until_there_are_too_many_in_a_row() -> None:
    broken = part(b"no picture")
    with polled(HEAD + b"\r\n") as (stream, line):
        for sent in [*[broken] * (MOST_BROKEN - 1), part(ONE), *[broken] * (MOST_BROKEN - 1)]:
            line.sendall(sent)
            assert stream.poll(SOON_S)
            assert newest(stream) in (None, ONE)
        assert (stream.passed_over, stream.broken) == (0, 2 * (MOST_BROKEN - 1))

        line.sendall(broken)

        with pytest.raises(SourceError, match="source x: gives no pictures that can be decoded"):
            awaited(stream)


@pytest.mark.parametrize("kind", [b"", b"Transfer-Encoding: chunked\r\n"])
def test_a_picture_of_which_a_byte_comes_now_and_then_is_given_up_in_time(kind: bytes) -> None:
    words = HEAD + kind + b"\r\n" + (b"7fffffff\r\n" if kind else b"") + part(ONE)[:50]
    seconds = count()
    with dripping(words) as port:
        stream: Source = jpeg_stream(ask(f"http://127.0.0.1:{port}/", "source x", 5.0), "source x", 5.0)
        stream._monotonic = lambda: float(next(seconds))  # type: ignore[attr-defined]  # both kinds have it
        with pytest.raises(SourceError, match="source x: gave no picture for 5 s"):
            stream.read()
        stream.close()


def test_a_stream_that_goes_mute_is_given_up_by_who_reads_it() -> None:
    with polled(HEAD + b"\r\n") as (stream, _):
        stream._patience_s = 0.1
        with pytest.raises(SourceError, match=r"source x: gave no picture for 0\.1 s"):
            stream.read()
