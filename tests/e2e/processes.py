"""Runs the real services as processes, against a real broker."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TypeVar

import psutil

from benchmarks.feed import FeedReader
from services.local.children import WRAPPER
from services.local.embedded import EmbeddedBroker
from shared.broker import Broker

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: str, look: Callable[[], T | None], *, within_s: float = 20.0) -> T:
    """Return what `look` finds, once it is true; fail when it never is."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without its own Mien settings, with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIEN_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


class Service:
    """One process of the pipeline; its log is kept."""

    def __init__(self, module: str, *args: str, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        self._file = log.open("a")
        self.process = subprocess.Popen(
            # Tied to this process, so that a test run that is killed leaves nothing behind.
            [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid()), sys.executable, "-m", module, *args],
            cwd=ROOT,
            env=environment,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, within_s: float = 15.0) -> int:
        """Wait until it ends by itself; return its exit code."""
        try:
            return self.process.wait(within_s)
        finally:
            self.signal(signal.SIGKILL)
            self._file.flush()

    def text(self) -> str:
        return self.log.read_text()


class Pipeline:
    """A broker and the services that a test starts."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.scheme = "http"
        self.token = secrets.token_urlsafe(16)
        self.settings = {"MIEN_PORT": str(self.port), "MIEN_TOKEN": self.token, **settings}
        self.services: list[Service] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.embedded = self._stack.enter_context(EmbeddedBroker())
        self.broker = Broker(self.embedded.url, name="mien-test")
        return self

    def __exit__(self, *_exception: object) -> None:
        for service in self.services:
            service.kill()
        self._stack.close()

    def start(self, module: str, *args: str, **settings: str) -> Service:
        """Start a service: `services.capture`, `tests.slow_worker`, ..."""
        given = {"MIEN_REDIS_URL": self.embedded.url, **self.settings, **settings}
        environment = clean_environment(**given)
        log = self.folder / f"{len(self.services)}-{module}.log"
        service = Service(module, *args, log=log, environment=environment)
        self.services.append(service)
        return service

    def start_all(self, workers: int = 1) -> None:
        for module in ("services.capture", *["services.inference"] * workers, "services.web"):
            self.start(module)

    def workers(self) -> list[Service]:
        return [service for service in self.services if "inference" in service.log.name]

    def feed(self, camera: str = "cam1") -> FeedReader:
        """Open the feed, as soon as web listens and knows the camera."""

        def look() -> FeedReader | None:
            try:
                return FeedReader("127.0.0.1", self.port, camera, self.token)
            except (OSError, ValueError):
                return None

        return eventually(f"a feed of {camera}", look)


def processes_of(session: int) -> list[psutil.Process]:
    """Return every living process of a session and everything that any of them started."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports on which a process and its descendants listen."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return {
        connection.laddr.port
        for process in family
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


URL = re.compile(r"https?://(?P<host>[\w.]+):(?P<port>\d+)/\?token=(?P<token>[\w-]+)")
