"""A network camera: Motion JPEG over HTTP, behind a login, that can go away and come back."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Literal

USER, PASSWORD = "viewer", "not-for-the-log-7Q4"
NONCE = "dcd98b7102dd2f0e"

PICTURES_AT = re.compile(r"/video(?:$|[/?])")

Scheme = Literal["Basic", "Digest", "none"]


class HttpCamera:
    """Sends its pictures over and over to whoever asks with the right login.

    Args:
        pictures: JPEGs.
        every_s: from one to the next.
        scheme: of the login.
        times: how often it sends them all, and then ends the body.
    """

    def __init__(
        self,
        pictures: Sequence[bytes],
        every_s: float = 0.05,
        scheme: Scheme = "Basic",
        times: int = 1_000_000,
    ) -> None:
        self.pictures, self.every_s, self.scheme, self.times = pictures, every_s, scheme, times
        self.port = 0
        self.opened = 0
        """How often the pictures were asked for, the login being right."""
        self.refused = 0
        self._watching = 0
        self._lock = Lock()
        self.start()

    @property
    def watching(self) -> int:
        """How many are being sent pictures."""
        with self._lock:
            return self._watching

    def url(self, password: str = PASSWORD, path: str = "/video") -> str:
        return f"http://{USER}:{password}@127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        """Answer, at the same port as before."""
        self.gone = Event()
        self._server = _Server(self)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Hang up on everybody, and answer nobody."""
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()

    def count(self, change: int) -> None:
        with self._lock:
            self._watching += change
            self.opened += change > 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, camera: HttpCamera) -> None:
        self.camera = camera
        self.gone = camera.gone
        super().__init__(("127.0.0.1", camera.port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        camera = self.server.camera
        if self.path == "/moved":
            self._answer(302, Location="/video")
        elif not PICTURES_AT.match(self.path):
            self._answer(404)
        elif not _is_right(camera.scheme, self.headers.get("Authorization", "")):
            camera.refused += 1
            self._answer(401, **{"WWW-Authenticate": _challenge(camera.scheme)})
        else:
            self._send_pictures(camera)

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_pictures(self, camera: HttpCamera) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace;boundary=--picture")
        self.end_headers()
        camera.count(1)
        try:
            with suppress(OSError):  # Whoever watched has seen enough.
                self._parts(camera)
        finally:
            camera.count(-1)

    def _parts(self, camera: HttpCamera) -> None:
        for _ in range(camera.times):
            for picture in camera.pictures:
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                if self.server.gone.wait(camera.every_s):
                    return


def _challenge(scheme: Scheme) -> str:
    more = f', nonce="{NONCE}", qop="auth", algorithm=MD5' if scheme == "Digest" else ""
    return f'{scheme} realm="camera, of a test"{more}'


def _is_right(scheme: Scheme, given: str) -> bool:
    if scheme == "none":
        return True
    if scheme == "Basic":
        return given == "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    words = {
        name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', given)
    }
    who, what = _md5(f"{USER}:camera, of a test:{PASSWORD}"), _md5("GET:/video")
    expected = _md5(f"{who}:{NONCE}:{words.get('nc')}:{words.get('cnonce')}:auth:{what}")
    return given.startswith("Digest ") and words.get("response") == expected and words.get("uri") == "/video"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
