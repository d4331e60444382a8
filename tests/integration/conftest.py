"""A real broker of each kind, emptied before each test."""

from collections.abc import Iterator

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
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
