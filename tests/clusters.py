"""A real Redis Cluster of three nodes for tests."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from redis import Redis, exceptions

from tests.brokers import lacking

NODES = 3
SLOTS = 16_384
BUS = 10_000
"""A node's bus listens at its port plus this."""

WITHIN_S = 30.0


class Cluster:
    """Running nodes, as `redis-server` processes by their ports."""

    def __init__(self, nodes: dict[int, subprocess.Popen[bytes]]) -> None:
        self.nodes = nodes
        self.ports = list(nodes)
        self.url = f"redis+cluster://127.0.0.1:{self.ports[0]}"

    def node_of(self, key: str) -> int:
        """Return the port of the node that has a key."""
        with node(self.ports[0]) as client:
            slot = int(client.execute_command("CLUSTER", "KEYSLOT", key))  # type: ignore[no-untyped-call]
        return self.ports[slot * NODES // SLOTS]


@contextmanager
def redis_cluster() -> Iterator[Cluster]:
    """Run a cluster on this machine; skips where redis-server isn't installed."""
    program = shutil.which("redis-server")
    if program is None:
        lacking("redis-server is not installed")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="mien-cluster-"))
        stack.callback(shutil.rmtree, folder)
        nodes = {port: _started(str(program), folder / str(port), port, stack) for port in _free_ports()}
        for port in nodes:
            _until_it(port, _answers)
        _join(list(nodes))
        for port in nodes:
            _until_it(port, _is_complete)
        yield Cluster(nodes)


@contextmanager
def node(port: int) -> Iterator[Redis]:
    """Talk to one node alone."""
    with closing(Redis(host="127.0.0.1", port=port, decode_responses=True)) as client:
        yield client


def _free_ports() -> list[int]:
    # Below the range from which the kernel gives ports to anybody, where the bus's would be beyond 65535 too.
    found = [port for port in range(21_000, 22_000, 7) if _is_free(port) and _is_free(port + BUS)]
    return found[:NODES]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _started(program: str, folder: Path, port: int, stack: ExitStack) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no"]
    command += ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _join(ports: list[int]) -> None:
    bounds = [-(-SLOTS * i // NODES) for i in range(NODES + 1)]
    for i, port in enumerate(ports):
        with node(port) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", bounds[i], bounds[i + 1] - 1)  # type: ignore[no-untyped-call]
            # The nodes' epochs must differ before they meet.
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", i + 1)  # type: ignore[no-untyped-call]
    with node(ports[0]) as client:
        for port in ports[1:]:
            client.execute_command("CLUSTER", "MEET", "127.0.0.1", port)  # type: ignore[no-untyped-call]


def _answers(client: Redis) -> bool:
    return bool(client.ping())


def _is_complete(client: Redis) -> bool:
    info = client.execute_command("CLUSTER INFO")  # type: ignore[no-untyped-call]
    return info["cluster_state"] == "ok" and int(info["cluster_known_nodes"]) == NODES


def _until_it(port: int, does: Callable[[Redis], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    with node(port) as client:
        while True:
            try:
                if does(client):
                    return
            except exceptions.ConnectionError:
                pass
            assert time.monotonic() < deadline, f"the node at {port} is not ready"
            time.sleep(0.05)
