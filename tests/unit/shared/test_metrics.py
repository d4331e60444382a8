from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from prometheus_client import CollectorRegistry, Counter

from shared.errors import SettingsError
from shared.health import STUCK_AFTER_S, Health
from shared.metrics import MetricsServer
from tests.fakes import Ticker


class Served:
    def __init__(self) -> None:
        self.clock = Ticker()
        self.health = Health(self.clock)
        registry = CollectorRegistry()
        Counter("mien_things", "Things.", registry=registry).inc(3)
        self.server = MetricsServer("127.0.0.1", 0, self.health, registry)

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.server.close()


def test_metrics_are_served(served: Served) -> None:
    status, body = served.get("/metrics")
    assert status == 200
    assert "mien_things_total 3.0" in body


def test_ready_follows_the_services_health(served: Served) -> None:
    assert served.get("/healthz")[0] == 200
    assert served.get("/readyz")[0] == 503
    served.health.beat(ready=True)
    assert served.get("/readyz") == (200, "ok\n")


def test_a_stuck_service_is_not_alive(served: Served) -> None:
    served.health.beat(ready=True)
    served.clock.now += STUCK_AFTER_S
    assert served.get("/healthz") == (503, "no\n")


def test_another_path_is_not_found(served: Served) -> None:
    assert served.get("/secrets")[0] == 404


def test_a_port_that_is_taken_is_an_error_that_names_the_setting(served: Served) -> None:
    with pytest.raises(SettingsError, match=f"MIEN_METRICS_PORT {served.server.port}: cannot listen"):
        MetricsServer("127.0.0.1", served.server.port, Health(), CollectorRegistry())


def test_the_port_is_free_again_after_closing(served: Served) -> None:
    first = MetricsServer("127.0.0.1", 0, Health(), CollectorRegistry())
    first.close()
    second = MetricsServer("127.0.0.1", first.port, Health(), CollectorRegistry())
    second.close()
    assert second.port == first.port


def test_no_request_is_written_to_standard_error(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.get("/metrics")
    assert capsys.readouterr().err == ""
