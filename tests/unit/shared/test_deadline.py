import socket
from collections.abc import Iterator

import pytest

from shared.deadline import in_time


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_who_is_in_time_is_left_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    other.send(b"a")
    with in_time(one, 30):
        assert one.recv(1) == b"a"
    other.send(b"b")
    assert one.recv(1) == b"b"


def test_who_is_late_is_hung_up_on(ends: tuple[socket.socket, socket.socket]) -> None:
    one, other = ends
    with pytest.raises(TimeoutError), in_time(one, 0.05):
        assert one.recv(1) == b""
    assert other.recv(1) == b""


def test_what_fails_in_time_fails_as_it_did(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(KeyError), in_time(ends[0], 30):
        raise KeyError
