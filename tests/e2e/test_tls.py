"""A broker that demands TLS and a password: settings alone are enough, and what is wrong is said."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import RecordingLimits, TakenFrame
from shared.entities import Cause
from shared.recorded import RecordedFrame
from shared.recordings import RecordingStreams
from shared.registry import Registry
from shared.streams import CameraStreams, Limits
from tests import made
from tests.brokers import connected
from tests.e2e.api import get
from tests.e2e.processes import Pipeline, Service, eventually
from tests.tls import ADMIN, PASSWORD, USER, TlsBroker, make_authority, tls_broker

SERVICES = ("services.capture", "services.inference", "services.web")
BAD_START = 2
RETRIES_S = 4.0
"""Enough for several tries to reach the broker, each of which could have been a line."""


@pytest.fixture(scope="module")
def secured() -> Iterator[TlsBroker]:
    with tls_broker() as broker:
        yield broker


def test_frames_flow_through_a_broker_with_tls_for_a_user_with_no_more_rights_than_needed(
    pipeline: Pipeline, secured: TlsBroker
) -> None:
    pipeline.settings["MIEN_REDIS_URL"] = secured.url()
    pipeline.settings["MIEN_REDIS_PASSWORD_FILE"] = str(secured.password_file)
    pipeline.start_all()
    with pipeline.feed() as feed:
        assert next(feed.frames()).jpeg.startswith(b"\xff\xd8")
    assert [service.stop() for service in pipeline.services] == [0, 0, 0]
    assert denied(secured) == []
    for service in pipeline.services:
        assert "NOPERM" not in service.text()
        assert PASSWORD not in service.text()


def test_the_same_user_may_forget_a_worker_that_left(secured: TlsBroker) -> None:
    broker = connected(secured.url(f"{USER}:{PASSWORD}"))
    try:
        streams = CameraStreams(broker, "cam2", limits=Limits(silent_ms=50))
        streams.publish(made.frame(1, BrokerClock(broker).now()), run="run")
        entry = streams.take("leaver")
        assert entry is not None
        assert streams.drop(entry.id, Cause.STALE)
        time.sleep(0.1)
        streams.sweep("stayer")
    finally:
        broker.close()
    assert denied(secured) == []


def test_the_same_user_may_have_a_recording_done(secured: TlsBroker) -> None:
    broker = connected(secured.url(f"{USER}:{PASSWORD}"))
    try:
        registry = Registry(broker, BrokerClock(broker))
        streams = RecordingStreams(broker, "rec-1", limits=RecordingLimits(pending_ms=50))
        registry.recording_is_here("rec-1")
        assert registry.recordings() == ["rec-1"]
        record(streams)
        streams.remove()
        registry.recording_left("rec-1")
    finally:
        broker.close()
    assert denied(secured) == []


def record(streams: RecordingStreams) -> None:
    """Have four frames done: one at once, one that cannot be read, one that nobody finishes, and one more."""
    *frames, one_too_many = [RecordedFrame(number, number, 4, 3, b"jpeg") for number in range(5)]
    assert [streams.offer(frame, bound=4) for frame in frames] == [True] * 4
    assert [streams.offer(one_too_many, bound=4) for _ in range(2)] == [False] * 2
    streams.end(len(frames))
    assert streams.hold(taken(streams, "w1"))
    assert streams.deliver(taken(streams, "w1"), b"{}")
    assert streams.refuse(taken(streams, "w2"), Cause.UNDECODABLE)
    for number in range(RecordingLimits().tries):
        taken(streams, f"silent{number}")
        time.sleep(0.06)
    assert streams.deliver(taken(streams, "w1"), b"{}")
    collected = streams.collect(block_ms=10)
    assert len(collected) == len(frames) + 1
    streams.forget([one.id for one in collected])
    account = streams.account()
    assert account.is_done
    assert (account.published, account.undecodable, account.failed) == (2, 1, 1)


def taken(streams: RecordingStreams, worker: str) -> TakenFrame:
    found = streams.take(worker)
    assert found is not None
    return found


def denied(secured: TlsBroker) -> list[str]:
    """Return what the broker has refused to Mien's user for want of rights."""
    broker = connected(secured.url(f"{ADMIN}:{PASSWORD}"))
    try:
        rows: Any = broker.redis.acl_log()
    finally:
        broker.close()
    objects = [row["object"] for row in rows if row["username"] == USER and row["reason"] != "auth"]
    # redis-py tells newer brokers about itself by subcommands that older ones do not know, and takes a no.
    return [name for name in objects if not name.startswith("client|")]


@pytest.mark.parametrize("module", SERVICES)
def test_a_password_in_the_url_does_as_well(pipeline: Pipeline, secured: TlsBroker, module: str) -> None:
    url = secured.url(f"{USER}:{PASSWORD}")
    service = pipeline.start(module, MIEN_REDIS_URL=url)
    broker = connected(secured.url(f"{ADMIN}:{PASSWORD}"))
    name = f"mien-{module.removeprefix('services.')}"
    try:
        eventually("it is connected", partial(connected_as, broker, name))
    finally:
        broker.close()
    assert service.stop() == 0
    assert PASSWORD not in service.text()


def connected_as(broker: Broker, name: str) -> bool:
    """Return whether a client of this name is connected."""
    rows: Any = broker.redis.client_list()
    return name in {row["name"] for row in rows}


def test_a_certificate_of_another_authority_is_named_once_while_the_services_wait(
    pipeline: Pipeline, secured: TlsBroker, tmp_path: Path
) -> None:
    pipeline.settings["MIEN_REDIS_URL"] = secured.url(authority=make_authority(tmp_path))
    pipeline.settings["MIEN_REDIS_PASSWORD_FILE"] = str(secured.password_file)
    pipeline.start_all()
    for service in pipeline.services:
        eventually("the problem is named", partial(complaints, service))
    time.sleep(RETRIES_S)
    assert get(pipeline.port, "/healthz").status == 200
    for service in pipeline.services:
        (line,) = complaints(service)
        assert f"broker rediss://127.0.0.1:{secured.port}/0 cannot be reached" in line
        assert "Traceback" not in service.text()
        assert service.process.poll() is None
    assert [service.stop() for service in pipeline.services] == [0, 0, 0]


def complaints(service: Service) -> list[str]:
    """Return the lines about a certificate."""
    return [line for line in service.text().splitlines() if "certificate verify failed" in line]


@pytest.mark.parametrize("module", SERVICES)
def test_a_wrong_password_stops_a_service_with_a_line_that_does_not_show_it(
    pipeline: Pipeline, secured: TlsBroker, tmp_path: Path, module: str
) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("hunter2\n")
    service = pipeline.start(module, MIEN_REDIS_URL=secured.url(), MIEN_REDIS_PASSWORD_FILE=str(wrong))
    assert service.wait() == BAD_START
    assert "refuses" in only_line(service)
    assert "hunter2" not in service.text()


@pytest.mark.parametrize("module", SERVICES)
def test_a_user_without_rights_stops_a_service_with_a_line_that_names_the_right(
    pipeline: Pipeline, module: str
) -> None:
    with tls_broker("~mien:* &mien:wake -@all +ping") as broker:
        url = broker.url(f"{USER}:{PASSWORD}")
        service = pipeline.start(module, MIEN_REDIS_URL=url)
        assert service.wait() == BAD_START
    assert "refuses" in only_line(service)
    assert "permission" in only_line(service)


def only_line(service: Service) -> str:
    """Return the one line that a service that could not start has written, its log aside."""
    lines = [line for line in service.text().splitlines() if line.startswith("mien ")]
    assert len(lines) == 1, service.text()
    assert "Traceback" not in service.text()
    return lines[0]


@pytest.mark.parametrize("module", SERVICES)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("ssl_ca_certs=/no/such/ca.pem", "ssl_ca_certs cannot be read: [Errno 2] No such file or directory"),
        ("ssl_ca_cert=/ca.pem", "unexpected keyword argument 'ssl_ca_cert'"),
        ("ssl_cert_reqs=bogus", "Invalid SSL Certificate Requirements Flag: bogus"),
    ],
)
def test_a_wrong_option_of_the_url_stops_a_service_with_a_line_that_names_it(
    pipeline: Pipeline, module: str, query: str, named: str
) -> None:
    url = f"rediss://{USER}:{PASSWORD}@127.0.0.1:1/0?{query}"
    service = pipeline.start(module, MIEN_REDIS_URL=url)
    assert service.wait() == BAD_START
    assert named in only_line(service)
    assert PASSWORD not in service.text()
