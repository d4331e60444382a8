"""What browser cameras ask of a camera's streams, against real brokers."""

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.streams import CameraStreams
from tests import made


def test_a_frame_waits_until_a_worker_takes_it(broker: Broker) -> None:
    streams = CameraStreams(broker, "browser-a")
    assert streams.waiting() == 0
    streams.publish(made.frame(1, BrokerClock(broker).now()), run="run")
    assert streams.waiting() == 1
    assert streams.take("w1") is not None
    assert streams.waiting() == 0


def test_the_numbers_of_a_camera_that_never_comes_back_go_after_a_while(broker: Broker) -> None:
    streams = CameraStreams(broker, "browser-b")
    streams.publish(made.frame(1, BrokerClock(broker).now()), run="run")
    streams.forget()
    streams.expire_numbers(100)
    for key in (streams.keys.counters, streams.keys.ledger):
        assert 0 < broker.redis.ttl(key) <= 100


def test_the_numbers_of_a_camera_that_comes_back_stay(broker: Broker) -> None:
    streams = CameraStreams(broker, "door")
    streams.publish(made.frame(1, BrokerClock(broker).now()), run="run")
    streams.expire_numbers(100)
    streams.keep_numbers()
    for key in (streams.keys.counters, streams.keys.ledger):
        assert broker.redis.ttl(key) == -1
