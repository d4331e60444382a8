import socket
from collections.abc import Iterator

import pytest

from services.local.ports import port_problem


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_on_which_another_program_listens_is_taken(taken: int) -> None:
    assert port_problem("127.0.0.1", taken) == f"port {taken} on 127.0.0.1 is taken"


def test_a_free_port_is_no_problem_and_stays_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert port_problem("127.0.0.1", port) is None
    assert port_problem("127.0.0.1", port) is None


def test_an_address_that_is_not_of_this_machine_is_named() -> None:
    # 192.0.2.0/24 is for documentation (RFC 5737): no machine has an address of it.
    assert "192.0.2.1" in str(port_problem("192.0.2.1", 8000))


def test_a_host_that_does_not_exist_is_named() -> None:
    assert "'no.such.host.invalid'" in str(port_problem("no.such.host.invalid", 8000))


def test_a_name_is_looked_up_as_web_does_for_ipv4(taken: int) -> None:
    assert port_problem("localhost", taken) == f"port {taken} on localhost is taken"
