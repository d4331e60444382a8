"""Real brokers for tests: the embedded Valkey, and Redis where the machine has it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from services.local.embedded import EmbeddedBroker
from shared.broker import Broker

KINDS = ("valkey", "redis")


@contextmanager
def broker_url(kind: str) -> Iterator[str]:
    """Run a broker of a kind; yield its URL."""
    if kind == "valkey":
        with EmbeddedBroker() as embedded:
            yield embedded.url
    else:
        with redis_server() as url:
            yield url


@contextmanager
def redis_server(*options: str) -> Iterator[str]:
    """Run Debian's redis-server on a Unix socket; yield its URL. Skips where it isn't installed."""
    program = shutil.which("redis-server")
    if program is None:
        lacking("redis-server is not installed")
    folder = Path(tempfile.mkdtemp(prefix="mien-test-"))
    socket = folder / "s"
    command = [str(program), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    try:
        yield f"unix://{socket}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def connected(url: str) -> Broker:
    """Return a connection to a broker that answers."""
    broker = Broker(url, name="mien-test")
    assert broker.wait(Event())
    return broker


def entries(broker: Broker, key: str) -> list[tuple[str, dict[bytes, bytes]]]:
    """Return the entries of a stream, oldest first."""
    rows: Any = broker.redis.xrange(key)
    return [(entry_id.decode(), fields) for entry_id, fields in rows]


def lacking(reason: str) -> None:
    """Skip a test for something that the machine lacks; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and this is CI")
    pytest.skip(reason)
