import socket
import threading

import pytest

from benchmarks.feed import FeedReader

REFUSAL = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno"


def test_an_answer_that_is_no_feed_leaves_no_connection_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        rest: list[bytes] = []

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(REFUSAL)
                connection.settimeout(10)
                # Empty as soon as the reader has hung up; a timeout otherwise.
                rest.append(connection.recv(1))

        thread = threading.Thread(target=refuse)
        thread.start()
        with pytest.raises(ValueError, match="no feed: 401") as caught:
            FeedReader("127.0.0.1", server.getsockname()[1], "cam1", "token")
        thread.join()
    assert rest == [b""]
    assert caught.traceback  # holds the reader, which nobody else can close
