"""Small recordings and a server of pictures, so that no test needs a camera or a network."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import cv2
import pytest

from services.capture.pattern import draw
from services.capture.picture import BgrImage, Size
from services.capture.sources.pacing import Pacer

SIZE: Size = (320, 240)


def numbered(number: int) -> BgrImage:
    """A picture whose strip says `number`."""
    return draw(number, 0, SIZE)


@pytest.fixture
def record(tmp_path: Path) -> Callable[[int, float], Path]:
    """Make a video of so many numbered pictures at so many a second."""

    def recorded(pictures: int, fps: float) -> Path:
        path = tmp_path / "recording.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, SIZE)
        for number in range(pictures):
            writer.write(numbered(number))
        writer.release()
        return path

    return recorded


class Ticks(Pacer):
    """A pacer that never waits: each call makes as many ticks as the test says, and 1 after that."""

    def __init__(self, ticks: Iterable[int] = ()) -> None:
        super().__init__(fps=1)
        self._ticks = iter(ticks)

    def wait(self) -> int:
        return next(self._ticks, 1)


def beat(*ticks: int) -> Callable[[float], Pacer]:
    """Make `Ticks` of a source's period, however slow this machine is."""

    def made(fps: float) -> Pacer:
        pacer = Ticks(ticks)
        pacer.period = 1 / fps
        return pacer

    return made


class PictureServer(ThreadingHTTPServer):
    """Serves what the path says.

    /stream is five pictures, /stall one and then nothing, /words is text, /live the bytes `live` as a video.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ended = Event()
        self.live = b""

    def url(self, path: str) -> str:
        return f"http://viewer:hunter2@127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: PictureServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/words":
            self._answer("text/plain", b"no picture here")
            return
        if self.path == "/live":
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            self.wfile.write(self.server.live)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        with suppress(ConnectionError):  # a reader that has seen enough
            for number in range(1 if self.path == "/stall" else 5):
                self._part(number)
        if self.path == "/stall":
            self.server.ended.wait(30)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _part(self, number: int) -> None:
        body = cv2.imencode(".jpg", numbered(number))[1].tobytes()
        head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body + b"\r\n")
        self.wfile.flush()


@contextmanager
def served(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Answer whoever connects, one after the other; yield the port."""

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):  # closed, at the end
            while True:
                line, _ = listener.accept()
                with suppress(OSError), line:  # a caller that hung up
                    answer(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


@contextmanager
def dripping(words: bytes) -> Iterator[int]:
    """Say these words and then a byte at a time, for three seconds; yield the port."""
    enough = Event()

    def drip(line: socket.socket) -> None:
        line.sendall(words)
        for _ in range(60):
            line.sendall(b"x")
            if enough.wait(0.05):
                return

    with served(drip) as port:
        yield port
    enough.set()


@pytest.fixture
def server() -> Iterator[PictureServer]:
    server = PictureServer()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()
