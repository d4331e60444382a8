import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from services.web import line
from services.web.line import AnyLine, SocketLine, line_of, tcp_info, unsent

Pair = tuple[socket.socket, socket.socket]


PART = 20_000

END = 1
"""The end of a connection counts as a byte."""


class Reader(Thread):
    """A viewer that reads a little at a time, until the connection ends."""

    def __init__(self, viewer: socket.socket, size: int, every_s: float) -> None:
        super().__init__(daemon=True)
        self.viewer, self.size, self.every_s = viewer, size, every_s
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            while self.viewer.recv(self.size):
                time.sleep(self.every_s)


def small(viewer: socket.socket) -> None:
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_000)


def parts_taken(ours: socket.socket, made: SocketLine, most: int, size: int = PART) -> int:
    """Send parts until they are not taken any longer; return how many were taken."""
    for taken in range(most):
        ours.sendall(b"x" * size)
        if not made.wait_until_taken(size):
            return taken
        time.sleep(0.01)
    return most


@pytest.fixture
def pair() -> Iterator[Pair]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        viewer = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    with viewer, ours:
        yield ours, viewer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE_S", 0.4)


def test_what_a_viewer_has_not_taken_yet_is_waited_for(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    made = SocketLine(ours)
    ours.sendall(b"x" * 3 * PART)
    assert unsent(ours) > line.FREE_BYTES
    reader = Reader(viewer, PART, 0.02)
    assert made.wait_until_taken(3 * PART)
    assert unsent(ours) <= line.FREE_BYTES
    ours.close()
    reader.join()


@pytest.mark.usefixtures("impatient")
def test_a_viewer_that_stopped_is_given_up_while_parts_still_fit_into_its_own_buffer(pair: Pair) -> None:
    ours, viewer = pair
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
    made = SocketLine(ours)
    for _ in range(40):  # the kernel opens the window as it sees it used
        ours.sendall(b"x" * PART)
        assert made.wait_until_taken(PART)
        viewer.recv(PART, socket.MSG_WAITALL)
    assert parts_taken(ours, made, 1_000) < 1_000
    assert unsent(ours) <= END


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("size", [1031, 3 * 1024])
def test_a_reader_of_small_messages_that_stopped_is_given_up_long_before_its_buffer_is_full(
    pair: Pair, size: int
) -> None:
    ours, viewer = pair
    made = SocketLine(ours)
    for _ in range(20):
        ours.sendall(b"x" * size)
        assert made.wait_until_taken(size)
        viewer.recv(size, socket.MSG_WAITALL)
    assert parts_taken(ours, made, 60, size) < 60
    assert unsent(ours) <= END


@pytest.mark.usefixtures("impatient")
def test_a_reader_of_small_messages_that_reads_is_kept(pair: Pair) -> None:
    ours, viewer = pair
    made = SocketLine(ours)
    reader = Reader(viewer, PART, 0.0)
    assert parts_taken(ours, made, 60, 1031) == 60
    ours.close()
    reader.join()


@pytest.mark.usefixtures("impatient")
def test_a_viewer_that_stopped_is_given_up_when_nothing_fits_any_longer(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    made = SocketLine(ours)
    ours.sendall(b"x" * PART * 2)
    assert not made.wait_until_taken(PART * 2)
    assert unsent(ours) > line.FREE_BYTES


@pytest.mark.usefixtures("impatient")
def test_a_viewer_that_stops_in_the_middle_of_a_picture_is_given_up(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    SocketLine(ours)
    with pytest.raises(TimeoutError):
        ours.sendall(b"x" * 1_000_000)


@pytest.mark.usefixtures("impatient")
def test_a_viewer_that_is_slow_with_a_big_picture_is_not_given_up_while_it_reads(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    made = SocketLine(ours)
    reader = Reader(viewer, 4_000, 0.02)
    began = time.monotonic()
    ours.sendall(b"x" * 250_000)
    assert made.wait_until_taken(250_000)
    assert time.monotonic() - began > 2 * line.PATIENCE_S, "too quick to show anything"
    ours.close()
    reader.join()


@pytest.mark.usefixtures("impatient")
def test_nothing_is_kept_for_a_viewer_that_is_given_up(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    made = SocketLine(ours)
    ours.sendall(b"x" * PART * 2)
    assert not made.wait_until_taken(PART * 2)
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == struct.pack("ii", 1, 0)


@pytest.mark.usefixtures("impatient")
def test_whoever_writes_to_a_viewer_that_is_given_up_is_told_at_once(pair: Pair) -> None:
    ours, viewer = pair
    small(viewer)
    made = SocketLine(ours)
    ours.sendall(b"x" * PART * 2)
    assert not made.wait_until_taken(PART * 2)
    with pytest.raises(BrokenPipeError):
        ours.sendall(b"the end of the answer")


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
