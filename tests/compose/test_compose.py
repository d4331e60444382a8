"""The containers that `docker compose up` makes; run by `make compose-test`, which needs a Docker engine."""

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from benchmarks.feed import FeedReader, Part
from tests.brokers import lacking
from tests.e2e.api import get
from tests.e2e.processes import ROOT, URL, eventually, free_port

PROJECT = "mien-test"
SERVICES = ("redis", "capture", "inference", "web")


class Deployment:
    """A Compose project of its own, on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.ports_before = listening()

    def compose(self, *args: str) -> str:
        """Run `docker compose`; return what it prints."""
        command = ["docker", "compose", "--project-name", PROJECT, *args]
        kept = {name: os.environ[name] for name in ("PATH", "HOME")}
        environment = {**kept, "MIEN_PORT": str(self.port)}
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


def rising(frames: Iterator[Part], n: int) -> None:
    """Read `n` frames; they are each captured after the one before, whatever capture counts."""
    moments = [float(part.headers["x-captured-at"]) for part in itertools.islice(frames, n)]
    assert moments == sorted(set(moments))


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    if not engine_answers():
        lacking("no Docker engine answers")
    deployment = Deployment()
    deployment.compose("build")
    try:
        deployment.compose("up", "-d", "--scale", "inference=3")
        yield deployment
    finally:
        deployment.compose("down", "--volumes", "--timeout", "5")


def test_the_demo_moves_behind_the_url_in_the_log(deployment: Deployment) -> None:
    with deployment.feed() as feed:
        rising(feed.frames(), 30)


def test_all_services_become_healthy(deployment: Deployment) -> None:
    def healthy() -> bool:
        found = [one for several in deployment.inspect().values() for one in several]
        return all(one["State"]["Health"]["Status"] == "healthy" for one in found)

    eventually("all are healthy", healthy, within_s=60)


def test_every_container_is_hardened(deployment: Deployment) -> None:
    for service, containers in deployment.inspect().items():
        for one in containers:
            host = one["HostConfig"]
            assert one["Config"]["User"] not in ("", "0", "root"), service
            assert host["ReadonlyRootfs"], service
            assert host["CapDrop"] == ["ALL"], service
            assert host["SecurityOpt"] == ["no-new-privileges:true"], service
            assert host["Memory"] > 0, service
            assert host["PidsLimit"] > 0, service


def test_only_webs_port_is_open(deployment: Deployment) -> None:
    deployment.token()
    assert listening() - deployment.ports_before == {deployment.port}


def test_three_workers_share_the_frames(deployment: Deployment) -> None:
    eventually("three workers", lambda: deployment.workers() == 3, within_s=60)


def test_the_feed_goes_on_in_the_same_connection_whatever_is_killed(deployment: Deployment) -> None:
    with deployment.feed() as feed:
        frames = feed.frames()
        for service in ("redis", "capture", "inference"):
            rising(frames, 10)
            deployment.compose("kill", service)
            deployment.compose("start", service)
            rising(frames, 10)
    assert {one["RestartCount"] for several in deployment.inspect().values() for one in several} == {0}


def test_who_was_signed_in_still_is_when_web_comes_back(deployment: Deployment) -> None:
    token = deployment.token()
    cookie = get(deployment.port, f"/?token={token}").headers["set-cookie"].split(";")[0]
    deployment.compose("kill", "web")
    deployment.compose("start", "web")

    def signed_in() -> bool:
        try:
            return get(deployment.port, "/api/v1/cameras", Cookie=cookie).status == 200
        except OSError:
            return False

    eventually("signed in", signed_in, within_s=60)


def test_no_secret_is_in_the_log(deployment: Deployment) -> None:
    token = deployment.token()
    password = deployment.compose("exec", "-T", "redis", "cat", "/run/broker/password").strip()
    log = deployment.log()
    assert password
    assert password not in log
    assert len(re.findall(re.escape(token), log)) == log.count("Mien is at ")


def test_stopping_is_by_the_services_own_will(deployment: Deployment) -> None:
    deployment.compose("stop", "--timeout", "5")
    for service, several in deployment.inspect().items():
        assert {one["State"]["ExitCode"] for one in several} == {0}, service
