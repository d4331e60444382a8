import socket
import struct

from benchmarks.stopped import Stopped


def test_a_connection_that_is_given_up_is_noticed_though_nothing_is_read_from_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mine = socket.create_connection(server.getsockname())
        other, _ = server.accept()
        stopped = Stopped(mine)
        stopped.begin(100.0)
        other.sendall(b"x" * 1000)
        stopped.look(101.0)
        assert stopped.dropped_after_s is None
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        stopped.look(106.5)
        stopped.look(109.0)
        assert stopped.dropped_after_s == 6.5
        mine.close()


def test_until_it_stops_it_reads_what_comes() -> None:
    one, other = socket.socketpair()
    one.setblocking(False)
    stopped = Stopped(one)
    other.sendall(b"x" * 1000)
    stopped.look(1.0)
    stopped.look(2.0)
    stopped.begin(3.0)
    other.sendall(b"y")
    stopped.look(4.0)
    assert (one.recv(10), stopped.dropped_after_s) == (b"y", None)
    one.close()
    other.close()
