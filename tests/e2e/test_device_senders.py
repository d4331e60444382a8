"""Programs that send frames as a browser does, and some that do not as they should."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Close
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.feed import FeedReader
from tests.e2e.processes import Pipeline, eventually
from tests.e2e.test_device import browsers, cameras
from tests.unit.web.fakes import jpeg

HEAD = bytes(3)
FIFTY_MB = 50 * 1024 * 1024


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    settings = {"MIEN_SOURCE": "test:", "MIEN_BROWSER_CAMERAS": "2"}
    with Pipeline(tmp_path_factory.mktemp("senders"), **settings) as pipeline:
        pipeline.start_all()
        eventually("web answers", lambda: cameras(pipeline))
        yield pipeline


def sender(pipeline: Pipeline, *, origin: str | None = None, token: str | None = None) -> ClientConnection:
    here = f"http://127.0.0.1:{pipeline.port}"
    return connect(
        f"ws://127.0.0.1:{pipeline.port}/device/frames",
        origin=Origin(origin or here),
        additional_headers={"Authorization": f"Bearer {token or pipeline.token}"},
        compression=None,
    )


def bomb() -> bytes:
    """Return a small JPEG that says it has 4,290 million pixels."""
    small = bytearray(jpeg())
    at = small.index(b"\xff\xc0")
    small[at + 5 : at + 9] = bytes.fromhex("ffdcffdc")
    return bytes(small)


def flood(socket: ClientConnection) -> None:
    for _ in range(50):
        socket.send(HEAD + jpeg())


def send_50_mb(socket: ClientConnection) -> None:
    socket.send(bytes(FIFTY_MB))


def send_garbage(socket: ClientConnection) -> None:
    socket.send(b"\x00\x01garbage" * 1000)


def send_bomb(socket: ClientConnection) -> None:
    socket.send(HEAD + bomb())


def close_of(socket: ClientConnection, misbehave: Callable[[ClientConnection], None]) -> Close:
    """Return what the service says when it ends a connection."""

    def until_the_end() -> None:
        misbehave(socket)
        while True:
            socket.recv(timeout=10)

    with pytest.raises(ConnectionClosed) as closed:
        until_the_end()
    assert closed.value.rcvd is not None, "cut off without a reason"
    return closed.value.rcvd


@pytest.mark.parametrize(
    ("misbehave", "code", "word"),
    [
        (flood, 1008, "before the last one was acknowledged"),
        (send_50_mb, 1009, "exceeds"),
        (send_garbage, 1007, "no "),
        (send_bomb, 1009, "65500x65500"),
    ],
)
def test_a_bad_sender_is_cut_off_with_a_reason_and_nobody_else_notices(
    running: Pipeline, misbehave: Callable[[ClientConnection], None], code: int, word: str
) -> None:
    with running.feed() as feed, sender(running) as good, sender(running) as bad:
        frames = feed.frames()
        next(frames)
        good.recv()
        bad.recv()
        closed = close_of(bad, misbehave)
        assert closed.code == code
        assert word in closed.reason
        for _ in range(5):
            next(frames)
            good.send(HEAD + jpeg())
            assert '"taken"' in str(good.recv(timeout=10))
    eventually("both have left", lambda: not browsers(running))
    web = running.services[-1]
    eventually("it is logged", lambda: word in web.text())
    assert "Traceback" not in web.text()
    assert sum(word in line for line in web.text().splitlines()) == 1


def test_a_sent_frame_comes_back_as_a_result(running: Pipeline) -> None:
    with sender(running) as good:
        camera = str(good.recv()).split('"')[3]
        with FeedReader("127.0.0.1", running.port, camera, running.token) as feed:
            frames = feed.frames()
            for _ in range(20):
                good.send(HEAD + jpeg())
                good.recv(timeout=10)
            assert next(frames).jpeg.startswith(b"\xff\xd8")


def test_one_more_browser_than_may_is_sent_away(running: Pipeline) -> None:
    with sender(running) as one, sender(running) as two, sender(running) as three:
        assert "browser-" in str(one.recv())
        assert "browser-" in str(two.recv())
        with pytest.raises(ConnectionClosed, match="2 browsers send already"):
            three.recv(timeout=10)
    eventually("all have left", lambda: not browsers(running))


def test_a_page_of_elsewhere_and_a_wrong_token_are_refused(running: Pipeline) -> None:
    with pytest.raises(InvalidStatus) as refused:
        sender(running, origin="http://elsewhere.example")
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as unknown:
        sender(running, token="a-guess-of-the-token")
    assert unknown.value.response.status_code == 401


def test_the_service_ends_while_browsers_send(tmp_path: Path) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="test:") as pipeline:
        web = pipeline.start("services.web")
        eventually("web answers", lambda: "Mien is at" in web.text())
        with sender(pipeline) as good:
            good.recv()
            assert web.stop() == 0
            with pytest.raises(ConnectionClosed, match="1001"):
                good.recv(timeout=10)
