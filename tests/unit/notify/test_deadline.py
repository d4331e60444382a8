import socket
from collections.abc import Iterator

import pytest

from services.notify.deadline import within


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_who_is_in_time_is_left_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    other.send(b"a")
    with within(30, one):
        assert one.recv(1) == b"a"
    other.send(b"b")
    assert one.recv(1) == b"b"


def test_who_is_late_is_hung_up_on(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    with pytest.raises(TimeoutError), within(0.05, one):
        assert one.recv(1) == b""
    assert other.recv(1) == b""


def test_what_fails_in_time_fails_as_it_did(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(KeyError), within(30, ends[0]):
        raise KeyError
