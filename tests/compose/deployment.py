"""Compose projects on a Docker engine, each on a port of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil

from benchmarks.feed import FeedReader
from tests.brokers import lacking
from tests.e2e.api import get
from tests.e2e.processes import ROOT, URL, eventually, free_port

PROJECT = "mien-test"
SERVICES = ("redis", "capture", "inference", "web")


class Deployment:
    """A Compose project.

    Args:
        overlays: what is laid over `docker-compose.yml`.
        settings: for the environment.
    """

    def __init__(self, overlays: Sequence[str] = (), **settings: str) -> None:
        self.port = free_port()
        self.ports_before = listening()
        self._files = [part for name in ("docker-compose.yml", *overlays) for part in ("--file", name)]
        self._settings = settings

    def compose(self, *args: str) -> str:
        """Run `docker compose`; return what it prints."""
        command = ["docker", "compose", "--project-name", PROJECT, *self._files, *args]
        kept = {name: os.environ[name] for name in ("PATH", "HOME")}
        environment = {**kept, "MIEN_PORT": str(self.port), **self._settings}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        """Return the log of all services, without the names in front."""
        return self.compose("logs", "--no-color", "--no-log-prefix")

    def token(self) -> str:
        match = eventually("the URL is in the log", lambda: URL.search(self.log()), within_s=60)
        return match["token"]

    def feed(self) -> FeedReader:
        token = self.token()

        def look() -> FeedReader | None:
            try:
                return FeedReader("127.0.0.1", self.port, "cam1", token)
            except (OSError, ValueError):
                return None

        return eventually("the feed", look, within_s=60)

    def inspect(self) -> dict[str, list[dict[str, Any]]]:
        """Return what Docker says of each service's containers."""
        return {
            service: [json.loads(inspected(one)) for one in self.compose("ps", "-aq", service).split()]
            for service in SERVICES
        }

    def workers(self) -> int:
        answer = get(self.port, "/api/v1/workers", token=self.token())
        return len(json.loads(answer.body)["workers"])


@contextmanager
def deployed(deployment: Deployment, *up: str) -> Iterator[Deployment]:
    """Build the images and start them; at the end nothing is left but the images. Skips without an engine."""
    if not engine_answers():
        lacking("no Docker engine answers")
    try:
        deployment.compose("build")
        deployment.compose("up", "-d", *up)
        yield deployment
    finally:
        deployment.compose("down", "--volumes", "--timeout", "5")


def engine_answers() -> bool:
    """Return whether there is a Docker engine."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def inspected(container: str) -> str:
    command = ["docker", "inspect", "--format", "{{json .}}", container]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def listening() -> set[int]:
    """Return the TCP ports on which anybody listens on this machine."""
    found = psutil.net_connections("tcp")
    return {row.laddr[1] for row in found if row.laddr and row.status == psutil.CONN_LISTEN}
