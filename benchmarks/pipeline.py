"""Runs `mien up` for a measurement."""

import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.feed import FeedReader
from shared.errors import MienError

URL = re.compile(r"http://[\w.]+:(\d+)/\?token=([\w-]+)")
BROKER_SOCKET = re.compile(r"unixsocket[: ](\S+)")
TOKEN = re.compile(r"token=[^\s&]+")
CAMERA = "cam1"
START_WITHIN_S = 30.0
END_WITHIN_S = 15.0
LOOK_EVERY_S = 0.01


class NoMeasurement(MienError):
    """Raised when what ran cannot be measured: it did not start, or showed too little."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is run.

    Attributes:
        source: of the one camera.
        workers: how many.
        model: an ONNX file; the one that ships where it is None.
        settings: more of Mien's variables.
    """

    source: str
    workers: int = 1
    model: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class Pipeline:
    """A running `mien up`, on a port of its own.

    Args:
        setup: what is run.
        folder: for its token and its log.
    """

    def __init__(self, setup: Setup, folder: Path) -> None:
        self.port = free_port()
        self.token = ""
        self._log = folder / "up.log"
        options = {"--source": setup.source, "--port": self.port, "--workers": setup.workers}
        words = [str(word) for option in options.items() for word in option]
        with self._log.open("w") as sink:
            self.up = psutil.Popen(
                [sys.executable, "-m", "services.cli", "up", *words],
                env={**environment(folder, setup.model), **setup.settings},
                stdout=sink,
                stderr=sink,
            )

    def await_url(self) -> None:
        """Wait for the URL, and take the token out of it.

        Raises:
            NoMeasurement: it never comes.
        """
        deadline = time.monotonic() + START_WITHIN_S
        while not (match := URL.search(self._log.read_text())):
            self._check(deadline, "no URL")
            time.sleep(LOOK_EVERY_S)
        self.token = match[2]

    def await_frame(self) -> None:
        """Wait for the first annotated frame.

        Raises:
            NoMeasurement: it never comes.
        """
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            with suppress(OSError, ValueError, StopIteration), self.feed() as feed:
                # A camera that is lost has placeholders for ever.
                next(feed.frames(max(0.0, deadline - time.monotonic())))
                return
            self._check(deadline, "no frame")
            time.sleep(LOOK_EVERY_S)

    def feed(self) -> FeedReader:
        """Open the camera's feed."""
        return FeedReader("127.0.0.1", self.port, CAMERA, self.token)

    def broker_url(self) -> str:
        """Return the address of its embedded broker, which shows its socket as its name.

        Raises:
            NoMeasurement: there is none.
        """
        for process in self.family("valkey-server"):
            if match := BROKER_SOCKET.search(command_line(process)):
                return f"unix://{match[1]}"
        raise NoMeasurement("mien up runs no embedded broker")

    def family(self, word: str = "") -> list[psutil.Process]:
        """Return its own process and all that it has started; only those with `word` in their commands."""
        family = [psutil.Process(self.up.pid), *self.up.children(recursive=True)]
        return [process for process in family if word in command_line(process)]

    def end(self) -> None:
        """End it, if it still runs."""
        if self.up.poll() is not None:
            return
        self.up.terminate()
        try:
            self.up.wait(END_WITHIN_S)
        except psutil.TimeoutExpired:
            self.up.kill()
            self.up.wait(END_WITHIN_S)

    def _check(self, deadline: float, what: str) -> None:
        if self.up.poll() is not None or time.monotonic() > deadline:
            said = without_token(self._log.read_text())
            raise NoMeasurement(f"{what} of mien up; it said:\n{said}")


@contextmanager
def starting(setup: Setup) -> Iterator[Pipeline]:
    """Start a pipeline; end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline(setup, Path(folder))
        try:
            yield pipeline
        finally:
            pipeline.end()


@contextmanager
def running(setup: Setup) -> Iterator[Pipeline]:
    """Start a pipeline and wait for its first frame; end it afterwards."""
    with starting(setup) as pipeline:
        pipeline.await_url()
        pipeline.await_frame()
        yield pipeline


def environment(folder: Path, model: Path | None) -> dict[str, str]:
    """Return this process's environment without the developer's own settings of Mien."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIEN_")}
    chosen = {} if model is None else {"MIEN_MODEL": str(model)}
    return {**kept, **chosen, "XDG_STATE_HOME": str(folder)}


def without_token(text: str) -> str:
    """Return a log without what signs in: reports are kept, and shown to others."""
    return TOKEN.sub("token=...", text)


def free_port() -> int:
    """Return a TCP port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command_line(process: psutil.Process) -> str:
    """Return a process's command; empty where it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def alive(process: psutil.Process) -> bool:
    """Return whether a process still does anything."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
