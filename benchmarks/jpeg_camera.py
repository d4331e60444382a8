"""A network camera that sends given JPEGs over HTTP, over and over."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from threading import Event, Thread


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, pictures: Sequence[bytes], fps: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pictures = pictures
        self.every_s = 1 / fps
        self.ended = Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Send the pictures until nobody takes them."""
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        with suppress(OSError):
            for picture in cycle(self.server.pictures):
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                if self.server.ended.wait(self.server.every_s):
                    return


@contextmanager
def jpeg_camera(pictures: Sequence[bytes], fps: float) -> Iterator[str]:
    """Run one that sends about so many pictures a second; yield its address."""
    server = _Server(pictures, fps)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
