import socket
from collections.abc import Iterator

import pytest

from services.web import line
from services.web.line import AnyLine, SocketLine, line_of, tcp_info, unsent

Pair = tuple[socket.socket, socket.socket]


def goes_on(ours: socket.socket, made: SocketLine) -> bool:
    """Send more than all buffers hold; return whether the viewer is still there."""
    try:
        for _ in range(100):
            ours.sendall(b"x" * 20_000)
            if not made.wait_until_taken(20_000):
                return False
    except TimeoutError:
        return False
    return True


@pytest.fixture
def pair() -> Iterator[Pair]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        viewer = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    with viewer, ours:
        yield ours, viewer


def test_what_a_viewer_has_read_is_taken(pair: Pair) -> None:
    ours, viewer = pair
    made = SocketLine(ours)
    ours.sendall(b"x" * 10_000)
    viewer.recv(10_000, socket.MSG_WAITALL)
    assert made.wait_until_taken(10_000)


def test_a_viewer_that_reads_nothing_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE_S", 0.3)
    ours, _viewer = pair
    made = SocketLine(ours)
    assert not goes_on(ours, made)


def test_the_send_buffer_is_bounded(pair: Pair) -> None:
    ours, _ = pair
    SocketLine(ours)
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * line.SEND_BUFFER_BYTES


def test_nothing_is_unsent_on_a_quiet_socket(pair: Pair) -> None:
    assert unsent(pair[0]) == 0


def test_the_kernel_tells_the_viewer_s_window(pair: Pair) -> None:
    info = tcp_info(pair[0])
    assert info is not None
    assert info.window > 0


def test_a_socket_that_is_not_tcp_has_no_window_and_works() -> None:
    ours, viewer = socket.socketpair()
    with ours, viewer:
        assert tcp_info(ours) is None
        made = SocketLine(ours)
        ours.sendall(b"x" * 100)
        viewer.recv(100)
        assert made.wait_until_taken(100)


def test_a_server_that_gives_no_socket_is_served_without_one() -> None:
    made = line_of({})
    assert isinstance(made, AnyLine)
    assert made.wait_until_taken(100)
