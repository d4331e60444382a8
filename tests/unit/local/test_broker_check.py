import pytest

from services.local.broker_check import ask_broker, check_broker, check_settings
from services.local.embedded import EmbeddedBroker
from services.local.findings import State
from shared.broker import Broker
from shared.errors import BrokerRefused


def test_an_unknown_variable_is_broken_and_named() -> None:
    finding = check_settings({"MIEN_NONSENSE": "1"})
    assert finding.state is State.BROKEN
    assert "MIEN_NONSENSE" in finding.text


def test_without_a_url_the_embedded_broker_is_started() -> None:
    finding = check_broker({})
    assert finding.state is State.OK
    assert "embedded" in finding.text


def test_a_broker_that_answers_is_ok() -> None:
    with EmbeddedBroker() as embedded:
        assert check_broker({"MIEN_REDIS_URL": embedded.url}).state is State.OK


def test_a_broker_that_is_away_is_broken_with_what_to_do() -> None:
    finding = check_broker({"MIEN_REDIS_URL": "redis://127.0.0.1:1/0"})
    assert finding.state is State.BROKEN
    assert "unset MIEN_REDIS_URL" in finding.remedy


def test_a_broker_that_refuses_is_an_error_and_one_that_is_away_is_not() -> None:
    with EmbeddedBroker() as embedded:
        Broker(embedded.url).redis.config_set("requirepass", "secret")
        with pytest.raises(BrokerRefused):
            ask_broker({"MIEN_REDIS_URL": embedded.url})
        embedded.kill()
        assert "cannot be reached" in str(ask_broker({"MIEN_REDIS_URL": embedded.url}))


@pytest.mark.parametrize(("name", "value"), [("save", "60 1"), ("appendonly", "yes")])
def test_a_broker_that_writes_to_disk_is_a_warning_that_says_how_not_to(name: str, value: str) -> None:
    with EmbeddedBroker() as embedded:
        Broker(embedded.url).redis.config_set(name, value)
        finding = check_broker({"MIEN_REDIS_URL": embedded.url})
    assert finding.state is State.WARNING
    assert f"{name} {value}" in finding.text
    assert 'save ""' in finding.remedy


def test_a_broker_that_does_not_tell_its_configuration_is_ok() -> None:
    with EmbeddedBroker() as embedded:
        Broker(embedded.url).redis.execute_command("ACL", "SETUSER", "default", "-config")  # type: ignore[no-untyped-call]
        assert check_broker({"MIEN_REDIS_URL": embedded.url}).state is State.OK
