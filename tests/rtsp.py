"""Runs the RTSP camera of `rtsp_camera.py`, where GStreamer is installed."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from tests.brokers import lacking
from tests.e2e.processes import eventually, free_port
from tests.http_camera import PASSWORD, USER

CAMERA = Path(__file__).with_name("rtsp_camera.py")
TRY = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst; Gst.init(None); "
    "assert Gst.ElementFactory.find('x264enc') and Gst.ElementFactory.find('rtph264pay')"
)
PYTHONS = ("/usr/bin/python3", "python3")


class RtspCamera:
    """Sends a moving picture in H.264; can go away and come back at the same port.

    Skips where GStreamer's server is not installed.

    Args:
        scheme: of the login.
        tls: the files of a certificate and its key, where it speaks TLS.
    """

    def __init__(self, scheme: str = "Basic", tls: Sequence[Path] = ()) -> None:
        self._python = python()
        self.login = scheme
        self.tls = tls
        self.port = free_port()
        self.words: list[str] = []
        self.start()

    @property
    def watching(self) -> int:
        """Whether anybody is being sent pictures, as a number."""
        return self.opened - self.words.count("alone")

    @property
    def opened(self) -> int:
        """How often somebody began to watch when nobody did."""
        return self.words.count("watched")

    @property
    def scheme(self) -> str:
        """Of its address."""
        return "rtsps" if self.tls else "rtsp"

    def url(self, password: str = PASSWORD, path: str = "/live") -> str:
        return f"{self.scheme}://{USER}:{password}@127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        self.words.clear()
        command = [self._python, str(CAMERA), str(self.port), *map(str, self.tls)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdin is not None
        with self._process.stdin as line:
            line.write(f"{self.login} {USER} {PASSWORD}\n")
        Thread(target=self._listen, args=(self._process,), daemon=True).start()
        eventually("the camera listens", lambda: "ready" in self.words, within_s=60)

    def stop(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.words.append(line.strip())


def python() -> str:
    """Return a Python that has GStreamer's RTSP server."""
    for name in PYTHONS:
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", TRY], capture_output=True, check=False).returncode == 0:
            return path
    lacking("GStreamer's RTSP server is not installed (gir1.2-gst-rtsp-server-1.0, python3-gi, plugins)")
    raise AssertionError
