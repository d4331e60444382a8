"""A real broker of each kind, emptied before each test."""

from collections.abc import Iterator

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import RecordingLimits
from shared.recordings import RecordingStreams
from tests.brokers import KINDS, broker_url, connected


@pytest.fixture(scope="session", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with broker_url(request.param) as url:
        yield url


@pytest.fixture
def broker(server: str) -> Iterator[Broker]:
    broker = connected(server)
    broker.redis.flushall()
    yield broker
    broker.close()


@pytest.fixture
def clock(broker: Broker) -> BrokerClock:
    return BrokerClock(broker)


@pytest.fixture
def streams(broker: Broker) -> RecordingStreams:
    return RecordingStreams(broker, "rec-1")


@pytest.fixture
def short(broker: Broker) -> RecordingStreams:
    """The streams of one whose frames are soon taken over from a worker that is silent."""
    return RecordingStreams(broker, "rec-1", limits=RecordingLimits(pending_ms=50, lifetime_ms=2_000))
