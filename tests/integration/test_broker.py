"""The connection to real brokers: away, back, refusing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread, Timer
from typing import Any

import pytest

from services.local.embedded import EmbeddedBroker
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.counters import read_account
from shared.errors import BrokerError, BrokerRefused, BrokerUnreachable
from shared.recordings import RecordingStreams
from shared.streams import CameraStreams
from tests import made
from tests.brokers import connected, redis_server

PASSWORD = "correct horse"


def test_the_clock_is_the_brokers(broker: Broker, clock: BrokerClock) -> None:
    told: Any = broker.redis.time()
    seconds, micros = told
    assert abs(clock.now() - (seconds * 10**9 + micros * 1000)) < 50_000_000


def test_a_broker_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(BrokerUnreachable, match=r"/nowhere/at/all cannot be reached"):
        Broker("unix:///nowhere/at/all").ping()


def test_an_answer_that_is_an_error_is_a_broker_error(broker: Broker) -> None:
    broker.redis.set("mien:text", "x")
    with pytest.raises(BrokerError, match="WRONGTYPE"), broker.errors():
        broker.redis.xlen("mien:text")


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_wrong_password_is_refused_in_one_line_that_does_not_show_it(password: str | None) -> None:
    with redis_server("--requirepass", PASSWORD) as url:
        assert connected(f"{url}?password={PASSWORD.replace(' ', '%20')}").run_id()
        with pytest.raises(BrokerRefused) as caught:
            Broker(url, password=password).wait(Event())
    assert "\n" not in str(caught.value)
    assert "wrong" not in str(caught.value).replace("WRONGPASS", "")


def test_a_command_that_a_script_lacks_the_right_for_is_refused(server: str, broker: Broker) -> None:
    broker.redis.acl_setuser("limited", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-xlen"])
    limited = Broker(f"{server}?username=limited&password=any")
    try:
        with pytest.raises(BrokerRefused, match="refuses: "):
            RecordingStreams(limited, "rec-1").account()
    finally:
        limited.close()
        broker.redis.acl_deluser("limited")


def test_scripts_survive_what_ends_their_connection_and_what_makes_the_broker_forget_them(
    broker: Broker,
) -> None:
    streams = CameraStreams(broker, "cam1")
    streams.publish(made.frame(1, 1), run="a")

    broker.redis.client_kill_filter(_type="normal", skipme=True)
    streams.publish(made.frame(2, 2), run="a")
    broker.redis.script_flush()
    streams.publish(made.frame(3, 3), run="a")

    assert read_account(broker, "cam1").captured == 3


def test_many_threads_call_one_script_and_each_has_its_own_answer(broker: Broker) -> None:
    script = broker.redis.register_script("return ARGV[1]")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: int(script(args=[number])), range(400)))

    assert answers == list(range(400))


def test_one_connection_is_enough_for_scripts_and_commands_in_turn(server: str, broker: Broker) -> None:
    narrow = connected(f"{server}?max_connections=1")
    try:
        for seq in range(1, 4):
            CameraStreams(narrow, "cam1").publish(made.frame(seq, seq), run="a")
            narrow.ping()
    finally:
        narrow.close()

    assert read_account(broker, "cam1").captured == 3


def test_a_broker_that_comes_later_is_waited_for() -> None:
    came: list[bool] = []
    with EmbeddedBroker() as embedded:
        embedded.kill()
        waiting = Thread(target=lambda: came.append(Broker(embedded.url).wait(Event())))
        waiting.start()
        waiting.join(0.3)
        assert came == []
        embedded.start()
        waiting.join()
    assert came == [True]


def test_waiting_for_a_broker_ends_when_the_service_stops() -> None:
    stop = Event()
    Timer(0.3, stop.set).start()
    assert Broker("unix:///nowhere/at/all").wait(stop) is False


def test_a_loop_goes_on_when_the_broker_is_back_and_empty() -> None:
    with EmbeddedBroker() as embedded:
        broker = connected(embedded.url)
        stop = Event()
        lives: list[str] = []

        def step() -> None:
            lives.append(broker.run_id())
            if len(lives) == 1:
                embedded.restart()
            else:
                stop.set()

        repeat(step, broker, stop)
    assert lives[0] != lives[1]


def test_the_scripts_are_loaded_again_into_a_broker_that_forgot_them() -> None:
    with EmbeddedBroker() as embedded:
        broker = connected(embedded.url)
        streams = CameraStreams(broker, "cam1")
        streams.publish(made.frame(1, 1), run="run")
        embedded.restart()
        assert broker.wait(Event())
        streams.publish(made.frame(2, 1), run="run")
        assert broker.redis.xlen(streams.keys.frames) == 1


def test_nothing_connects_when_a_module_is_imported() -> None:
    modules = "services.capture.camera, services.inference.worker, shared.streams, shared.broker"
    code = f"import socket; socket.socket.connect = None; import {modules}"
    subprocess.run([sys.executable, "-c", code], check=True)
