import socket
from collections.abc import Iterator

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import CLIENT, SERVER, Protocol
from websockets.uri import parse_uri

from services.web.browser import websocket
from services.web.browser.websocket import Code, End, Refused, WebSocket, WebSocketClosed, upgrade

HEADERS = {
    "Host": "mien:8000",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Origin": "http://mien:8000",
}


OURS = ["http://mien:8000"]


class Client:
    """The other end of a WebSocket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.protocol = Protocol(CLIENT)

    def flush(self) -> None:
        self.connection.sendall(b"".join(self.protocol.data_to_send()))

    def heard(self) -> list[bytes]:
        self.connection.settimeout(1)
        self.protocol.receive_data(self.connection.recv(65536))
        return [bytes(frame.data) for frame in self.protocol.events_received()]  # type: ignore[union-attr]  # all are frames


@pytest.fixture
def ends() -> Iterator[tuple[WebSocket, Client]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield WebSocket(ours, Protocol(SERVER, max_size=1000)), Client(theirs)


def test_messages_go_both_ways(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.protocol.send_binary(b"picture")
    client.flush()
    assert ours.receive(1) == b"picture"
    ours.send("taken")
    assert client.heard() == [b"taken"]


def test_a_message_in_fragments_is_joined(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.protocol.send_binary(b"pic", fin=False)
    client.protocol.send_continuation(b"ture", fin=True)
    client.flush()
    assert ours.receive(1) == b"picture"


def test_each_of_several_messages_in_one_reading_is_given_in_turn(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    for word in (b"first", b"second", b"third"):
        client.protocol.send_binary(word)
    client.flush()
    assert [ours.receive(1), ours.receive(0), ours.receive(0), ours.receive(0)] == [
        b"first",
        b"second",
        b"third",
        None,
    ]


def test_nothing_is_what_comes_in_no_time(ends: tuple[WebSocket, Client]) -> None:
    assert ends[0].receive(0) is None
    assert ends[0].receive(0.01) is None


def test_a_message_that_is_too_big_is_refused_by_its_head(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.protocol.send_binary(bytes(1001))
    client.connection.sendall(b"".join(client.protocol.data_to_send())[:100])
    with pytest.raises(WebSocketClosed) as closed:
        ours.receive(1)
    assert (closed.value.end.code, closed.value.end.by_us) == (Code.TOO_BIG, True)


def test_a_close_is_told_with_its_reason(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.connection.shutdown(socket.SHUT_WR)
    ours.close(Code.POLICY, "too early" + 200 * "!")
    client.heard()
    assert client.protocol.close_rcvd is not None
    assert client.protocol.close_rcvd.code == Code.POLICY
    assert client.protocol.close_rcvd.reason.startswith("too early!")


def test_a_browser_that_closes_is_heard(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.protocol.send_close(1001, "tab closed")
    client.flush()
    with pytest.raises(WebSocketClosed) as closed:
        ours.receive(1)
    assert closed.value.end == End(1001, "tab closed", by_us=False)


def test_a_connection_that_is_gone_is_an_end(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    client.connection.close()
    with pytest.raises(WebSocketClosed, match="lost"):
        ours.receive(1)


def test_who_pings_without_end_is_cut_off(ends: tuple[WebSocket, Client]) -> None:
    ours, client = ends
    for _ in range(websocket.MOST_CONTROL_FRAMES + 1):
        client.protocol.send_ping(b"")
    client.flush()
    client.connection.shutdown(socket.SHUT_WR)
    with pytest.raises(WebSocketClosed, match="too many frames"):
        ours.receive(1)


def test_a_page_of_ours_gets_its_handshake() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client = ClientProtocol(parse_uri("ws://mien:8000/device/frames"), origin="http://mien:8000")  # type: ignore[arg-type]  # a string
        request = client.connect()
        made = upgrade(ours, "/device/frames", dict(request.headers.raw_items()), OURS, 1000)
        client.send_request(request)
        client.receive_data(theirs.recv(4096))
        client.events_received()
        assert client.handshake_exc is None
        client.send_binary(b"picture")
        theirs.sendall(b"".join(client.data_to_send()[1:]))
        assert made.receive(1) == b"picture"
    assert Opcode.BINARY  # the kind that frames have


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Origin": "http://elsewhere"}, 403),
        ({"Origin": "http://mien:9000"}, 403),
        ({"Origin": "https://mien:8000"}, 403),
        ({"Upgrade": "h2c"}, 426),
        ({"Sec-WebSocket-Key": "short"}, 400),
    ],
)
def test_another_request_is_refused(changed: dict[str, str], status: int) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(Refused) as refused:
        upgrade(ours, "/", HEADERS | changed, OURS, 1000)
    assert refused.value.status == status


def test_a_program_that_says_no_origin_is_refused() -> None:
    ours, theirs = socket.socketpair()
    headers = {name: value for name, value in HEADERS.items() if name != "Origin"}
    with ours, theirs, pytest.raises(Refused):
        upgrade(ours, "/", headers, OURS, 1000)
