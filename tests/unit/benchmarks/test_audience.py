import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from benchmarks.audience import EVENTS, Audience, Size

FEED = (
    b"HTTP/1.0 200 OK\r\n\r\n--mien-frame\r\n"
    b"Content-Length: 4\r\nX-Captured-At: 100.0\r\n\r\njpeg\r\n--mien-frame\r\n"
)
RESULTS = b'HTTP/1.0 200 OK\r\n\r\nevent: result\nid: 1-0\ndata: {"captured_at":100.0}\n\n'


@pytest.fixture
def port() -> Iterator[int]:
    """Where each who asks gets an answer that ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=answer, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def answer(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        asked = connection.recv(1000)
        connection.sendall(RESULTS if EVENTS.encode() in asked else FEED)
        connection.close()


def test_viewers_and_readers_note_what_they_get_and_when_it_ends(port: int) -> None:
    audience = Audience(port, "token", Size(3, 2))
    audience.read(0.5)
    audience.close()
    assert [viewer.frames for viewer in audience.viewers] == [1, 1, 1]
    assert [len(reader.ages_ms) for reader in audience.readers] == [1, 1]
    assert all(listener.ended for listener in audience.listeners)


def test_where_nobody_listens_it_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        Audience(free, "token", Size(1))
