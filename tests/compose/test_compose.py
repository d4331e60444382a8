"""The containers that `docker compose up` makes; run by `make compose-test`, which needs a Docker engine."""

import itertools
import re
from collections.abc import Iterator

import pytest

from benchmarks.feed import Part
from tests.compose.deployment import Deployment, deployed, listening
from tests.e2e.api import get
from tests.e2e.processes import eventually


def rising(frames: Iterator[Part], n: int) -> None:
    """Read `n` frames; they are each captured after the one before, whatever capture counts."""
    moments = [float(part.headers["x-captured-at"]) for part in itertools.islice(frames, n)]
    assert moments == sorted(set(moments))


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with deployed(Deployment(), "--scale", "inference=3") as deployment:
        yield deployment


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
