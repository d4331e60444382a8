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
from shared.counters import Account, account_of
from shared.entries import entry_order
from shared.keys import GROUP, CameraKeys

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


def books(broker: Broker, camera: str) -> tuple[Account, tuple[int, int] | None]:
    """Return an account, and what the stream itself says is pending and waiting; both of one moment.

    The second is None where there is no stream.
    """
    keys = CameraKeys(camera)
    with broker.redis.pipeline(transaction=True) as pipeline:
        pipeline.hgetall(keys.counters)
        pipeline.hgetall(keys.ledger)
        pipeline.xinfo_groups(keys.frames)
        pipeline.xrange(keys.frames)
        counters, ledger, groups, rows = pipeline.execute(raise_on_error=False)
    account = account_of(counters, ledger)
    if isinstance(groups, Exception):
        return account, None
    (group,) = [group for group in groups if group["name"] == GROUP.encode()]
    delivered = entry_order(group["last-delivered-id"].decode())
    waiting = sum(entry_order(entry_id.decode()) > delivered for entry_id, _ in rows)
    return account, (int(group["pending"]), waiting)


def entries(broker: Broker, key: str) -> list[tuple[str, dict[bytes, bytes]]]:
    """Return the entries of a stream, oldest first."""
    rows: Any = broker.redis.xrange(key)
    return [(entry_id.decode(), fields) for entry_id, fields in rows]


def lacking(reason: str) -> None:
    """Skip a test for something that the machine lacks; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and this is CI")
    pytest.skip(reason)
